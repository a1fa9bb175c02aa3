import type { Analysis } from "../config/experiment.js";
import type { Generalises } from "../statistics/bootstrap.js";
import type { KeyedCurve } from "../statistics/estimate.js";
import type { JointCurves } from "../statistics/posterior/joint-curves.js";
import { posteriorOptions } from "../statistics/posterior/posterior-options.js";
import {
  type WindowPosterior,
  type WindowPosteriorResult,
  windowPosteriors,
} from "../statistics/posterior/window-posterior.js";
import type { SearchRange } from "./search-range.js";

/** What the posterior says of a curve, and the drawn curves that it says it from. */
export interface CurvePosterior extends WindowPosterior {
  readonly curves: JointCurves;
}

/** For these items and for items like these; null where it does not apply. */
export type CurvePosteriors = Readonly<Record<Generalises, CurvePosterior | null>>;

export const NO_POSTERIORS: CurvePosteriors = Object.freeze({ these: null, like_these: null });

/** Draws that every interval is read from. */
const DRAWS = 2000;

/** Both posteriors of a curve, its gain against its control's of the same population. */
export function curvePosteriors(
  keyed: KeyedCurve,
  range: SearchRange,
  control: CurvePosteriors,
  analysis: Analysis,
  seed: number,
): CurvePosteriors {
  const options = posteriorOptions(analysis, seed, range, DRAWS);
  const against = { these: control.these?.draws ?? null, like_these: control.like_these?.draws ?? null };
  const found = windowPosteriors(keyed, against, options);
  const of = (result: WindowPosteriorResult) =>
    result.kind === "estimated" ? { ...result.posterior, curves: result.curves } : null;
  return { these: of(found.these), like_these: of(found.like_these) };
}
