import type { Analysis } from "../../config/experiment.js";
import type { WindowLevels } from "../fit/fitted-window.js";

export interface PosteriorOptions {
  readonly levels: WindowLevels;
  /** Ascending capability losses of the frontier. */
  readonly losses: readonly number[];
  readonly confidence: number;
  readonly draws: number;
  /** Seed of the experiment; the stream is keyed by it, the curve's key and what is generalised to. */
  readonly seed: number;
  /** Strengths between which thresholds are searched (the prior's support on the axis); an end above it is *never*. */
  readonly range: { readonly from: number; readonly to: number };
}

/** The options of one curve's posterior under the frozen analysis. */
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
