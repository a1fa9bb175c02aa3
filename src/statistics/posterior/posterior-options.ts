import type { Analysis } from "../../config/experiment.js";
import type { PosteriorOptions } from "./window-posterior.js";

/** The frozen analysis as the posterior of one curve takes it. */
export function posteriorOptions(
  analysis: Analysis,
  seed: number,
  range: PosteriorOptions["range"],
  draws: number,
): PosteriorOptions {
  return {
    levels: { target: analysis.target_threshold, capability: analysis.capability_threshold },
    losses: analysis.frontier_losses,
    confidence: analysis.confidence,
    draws,
    seed,
    range,
  };
}
