import { deepFreeze } from "../util/freeze.js";
import type { Analysis, SampleCounts, StrengthSearch } from "./experiment.js";
import { type AnalysisInput, analysisSchema } from "./schema/analysis-schema.js";
import { DEFAULT_SAMPLES } from "./schema/fields.js";
import type { Sections } from "./sections.js";

/** Ten octaves around the norm of the residual itself: below, nothing happens; above, nothing is left. */
export const DEFAULT_SEARCH: StrengthSearch = Object.freeze({
  kind: "search",
  unit: "resid",
  from: 0.03125,
  to: 32,
});

/** Every unsteered cell is shared by all methods, so it gets four times the samples of a steered one. */
export function baselineOf({ baseline, samples }: Sections): SampleCounts {
  return {
    question: baseline?.question ?? 4 * (samples?.question ?? DEFAULT_SAMPLES.question),
    task: baseline?.task ?? 4 * (samples?.task ?? DEFAULT_SAMPLES.task),
  };
}

const FRONTIER_LOSSES: readonly number[] = [0.02, 0.05, 0.1];

/** The losses at which the frontier is reported follow the headline's where they are not stated. */
export function analysisOf({ frontier_losses: stated, ...analysis }: AnalysisInput): Analysis {
  const losses = new Set([...FRONTIER_LOSSES, analysis.frontier_loss]);
  return { ...analysis, frontier_losses: stated ?? [...losses].sort((a, b) => a - b) };
}

/** The analysis of a config that states nothing about it. */
export const DEFAULT_ANALYSIS: Analysis = deepFreeze(analysisOf(analysisSchema.parse({})));
