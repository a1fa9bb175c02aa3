import type { CurveOutcomes } from "../../statistics/curve.js";
import type { PosteriorOptions } from "../../statistics/posterior/posterior-options.js";
import { windowPosterior } from "../../statistics/posterior/window-posterior.js";

/** A window to draw from its posterior, for these items. */
export interface DrawJob {
  readonly key: string;
  readonly curve: CurveOutcomes;
  readonly options: PosteriorOptions;
}

/** The quantities by which rounds and layers are chosen. */
export interface DrawnWindow {
  /** Positions on the axis, as in `WindowDraws`. */
  readonly onset: Float64Array;
  readonly collapse: Float64Array;
  /** Median of the best target rate, by capability loss. */
  readonly frontier: readonly { readonly loss: number; readonly rate: number }[];
}

/** Null where the posterior cannot be estimated yet. */
export function drawWindow({ key, curve, options }: DrawJob): DrawnWindow | null {
  const result = windowPosterior({ key, curve }, "these", options);
  if (result.kind !== "estimated") return null;
  const { draws, frontier } = result.posterior;
  return {
    onset: draws.onset,
    collapse: draws.collapse,
    frontier: frontier.map(({ loss, rate }) => ({ loss, rate })),
  };
}
