import type { ReportInput } from "./input.js";

/** How many samples a run has. */
export interface SampleTotals {
  readonly all: number;
  /** Samples that ended in NaN or infinite logits under the edit, and count as failures. */
  readonly nonFinite: number;
  /** Those of development questions, which only chose layers. */
  readonly development: number;
}

/** Counts in one pass. */
export function sampleTotals({
  experiment,
  samples,
}: Pick<ReportInput, "experiment" | "samples">): SampleTotals {
  const questions = new Set(experiment.development.map(({ id }) => id));
  let [all, nonFinite, development] = [0, 0, 0];
  for (const { stop, role, question, prompt_kind, prompt_id } of samples) {
    all += 1;
    if (stop === "error") nonFinite += 1;
    const asked = role === "baseline" ? (prompt_kind === "question" ? prompt_id : null) : question;
    if (asked !== null && questions.has(asked)) development += 1;
  }
  return { all, nonFinite, development };
}
