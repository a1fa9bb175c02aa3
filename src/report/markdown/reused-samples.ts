import type { RunFindings } from "../../analysis/findings.js";

/** Which of the samples other runs made; empty if this run made them all. */
export function reusedSamples({ reused }: Pick<RunFindings, "reused">): string[] {
  const runs = reused.filter(({ samples }) => samples > 0);
  if (runs.length === 0) return [];
  const counts = runs.map(({ run, samples }) => `${samples} from ${run}`);
  return [
    `Samples that other runs had made of the same specification were taken over: ${counts.join(", ")}.`,
  ];
}
