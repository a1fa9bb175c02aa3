import type { Experiment } from "../../config/experiment.js";
import type { PosteriorOptions } from "../../statistics/posterior/window-posterior.js";

/** Enough to rank layers by. */
const DRAWS = 1000;

export function posteriorOptions(
  { analysis, seed }: Experiment,
  range: PosteriorOptions["range"],
): PosteriorOptions {
  return {
    levels: { target: analysis.target_threshold, capability: analysis.capability_threshold },
    losses: analysis.frontier_losses,
    confidence: analysis.confidence,
    draws: DRAWS,
    seed,
    range,
  };
}
