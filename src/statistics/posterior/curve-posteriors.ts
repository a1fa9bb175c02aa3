import type { Analysis } from "../../config/experiment.js";
import type { CurveOutcomes } from "../curve.js";
import type { KeyedCurve } from "../fit/estimate.js";
import type { SearchRange } from "../search-range.js";
import { type BandPoint, capabilityBand, placesAlong, targetBand } from "./bands.js";
import type { JointCurves } from "./joint-curves.js";
import { posteriorOptions } from "./posterior-options.js";
import {
  overControl,
  type WindowPosterior,
  type WindowPosteriorResult,
  windowPosteriors,
} from "./window-posterior.js";

/** The posterior of a curve for these items, with its drawn curves and their options. */
interface CurvePosterior extends WindowPosterior {
  readonly curves: JointCurves;
  /** Along the tested strengths. */
  readonly bands: { readonly target: readonly BandPoint[]; readonly capability: readonly BandPoint[] };
}

/** For these items and for items like these; null where it does not apply. */
export interface CurvePosteriors {
  readonly these: CurvePosterior | null;
  readonly like_these: WindowPosterior | null;
}

export const NO_POSTERIORS: CurvePosteriors = Object.freeze({ these: null, like_these: null });

/** Number of draws behind every interval of a report. */
export const REPORT_DRAWS = 2000;

/** Both posteriors of a curve. */
export function curvePosteriors(
  { key, curve }: KeyedCurve,
  range: SearchRange,
  analysis: Analysis,
  seed: number,
): CurvePosteriors {
  const { these, like_these } = windowPosteriors(
    { key, curve },
    posteriorOptions(analysis, seed, range, REPORT_DRAWS),
  );
  return {
    these: these.kind === "estimated" ? drawn(these, curve, analysis.confidence) : null,
    like_these: like_these.kind === "estimated" ? like_these.posterior : null,
  };
}

function drawn(
  { posterior, curves }: Extract<WindowPosteriorResult, { kind: "estimated" }>,
  { axis, strict }: CurveOutcomes,
  confidence: number,
): CurvePosterior {
  const places = placesAlong(strict.strengths, axis);
  const target = targetBand(curves, axis, places, confidence);
  const capability = capabilityBand(curves, axis, places, confidence);
  return { ...posterior, curves, bands: { target, capability } };
}

/** Posteriors with their gains over a control's of the same population. */
export function overControls(
  { these, like_these }: CurvePosteriors,
  control: CurvePosteriors,
  confidence: number,
): CurvePosteriors {
  return {
    these:
      these === null || control.these === null ? these : overControl(these, control.these.draws, confidence),
    like_these:
      like_these === null || control.like_these === null
        ? like_these
        : overControl(like_these, control.like_these.draws, confidence),
  };
}
