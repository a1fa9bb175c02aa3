import { seededRandom } from "../../util/random.js";
import { compositionProblem } from "../composition.js";
import type { CurveOutcomes } from "../curve.js";
import type { Generalises } from "../fit/bootstrap.js";
import { canGeneralise } from "../fit/bootstrap-curve.js";
import type { KeyedCurve } from "../fit/estimate.js";
import type { FittedWindow } from "../fit/fitted-window.js";
import type { NamedInterval } from "../fit/percentile-interval.js";
import type { WindowIntervals } from "../fit/window-interval.js";
import { type OutcomeSeries, pooled } from "../outcomes.js";
import { strengthAt } from "../series.js";
import { type Estimands, estimandsOf } from "./estimands.js";
import { drawCurves, type FittedCurves, fitCurves } from "./fit-curves.js";
import type { JointCurves } from "./joint-curves.js";
import type { PosteriorOptions } from "./posterior-options.js";
import {
  intervalsOf,
  median,
  neighboursIn,
  plainInterval,
  safetyOf,
  windowOf,
  windowProbability,
} from "./summaries.js";
import type { SafetyName, WindowDraws } from "./window-draws.js";

export interface FrontierPosterior {
  readonly loss: number;
  readonly rate: number;
  /** Strength that gives it; null where the baseline does. */
  readonly strength: number | null;
  readonly interval: NamedInterval<never>;
  /** The rate minus the control's own best; null where there is no control. */
  readonly gain: number | null;
  readonly gainInterval: NamedInterval<never> | null;
}

/** The posterior summary of one curve, for these items or for items like these. */
export interface WindowPosterior {
  readonly generalises: Generalises;
  /** Medians; an end has the name that at least half of the draws have. */
  readonly window: FittedWindow;
  readonly intervals: WindowIntervals;
  /** P(onset < collapse): the probability that a window exists. */
  readonly windowProbability: number;
  readonly frontier: readonly FrontierPosterior[];
  readonly safety: { readonly value: number | SafetyName; readonly interval: NamedInterval<SafetyName> };
  readonly draws: WindowDraws;
}

export type WindowPosteriorResult =
  | {
      readonly kind: "estimated";
      readonly posterior: WindowPosterior;
      /** The drawn curves themselves, for quantities computed from several windows. */
      readonly curves: JointCurves;
    }
  | { readonly kind: "not_estimated"; readonly reason: string };

/** The posterior of one curve's window. */
export function windowPosterior(
  { key, curve }: KeyedCurve,
  generalises: Generalises,
  options: PosteriorOptions,
): WindowPosteriorResult {
  const reason = missing(curve, generalises);
  if (reason !== null) return { kind: "not_estimated", reason };
  return summarised({ key, curve }, fitCurves(curve, options), generalises, options);
}

/** The posteriors of both populations at the cost of one grid; equal to calling `windowPosterior` twice. */
export function windowPosteriors(
  { key, curve }: KeyedCurve,
  options: PosteriorOptions,
): Readonly<Record<Generalises, WindowPosteriorResult>> {
  let fits: FittedCurves | null = null;
  const of = (generalises: Generalises): WindowPosteriorResult => {
    const reason = missing(curve, generalises);
    if (reason !== null) return { kind: "not_estimated", reason };
    fits ??= fitCurves(curve, options);
    return summarised({ key, curve }, fits, generalises, options);
  };
  return { these: of("these"), like_these: of("like_these") };
}

function summarised(
  { key, curve }: KeyedCurve,
  fits: FittedCurves,
  generalises: Generalises,
  options: PosteriorOptions,
): WindowPosteriorResult {
  const random = seededRandom(`${options.seed}/${key}/${generalises}/posterior`);
  const curves = drawCurves(fits, generalises, options.draws, random);
  const estimands = estimandsOf(curves, curve.axis, options);
  const { draws } = estimands;
  const neighbours = neighboursIn(curve.strict.strengths, options.range);
  const posterior: WindowPosterior = {
    generalises,
    window: windowOf(draws, neighbours),
    intervals: intervalsOf(draws, options.confidence),
    windowProbability: windowProbability(draws),
    frontier: frontierOf(estimands, options),
    safety: safetyOf(draws, options.confidence),
    draws,
  };
  return { kind: "estimated", posterior, curves };
}

function missing(curve: CurveOutcomes, generalises: Generalises): string | null {
  const { strict, intact, capability } = curve;
  if (intact === null) return "whether responses are intact was not scored";
  if (!strict.points.some(hasValues)) return "no scored answers to the question";
  if (!capability.points.some(hasValues)) return "no scored capability tasks";
  if (!hasValues(strict.baseline)) return "no scored unsteered answers to the question";
  if (!hasValues(capability.baseline)) return "no scored unsteered capability tasks";
  if (pooled(capability.baseline).sum === 0) return "the unsteered model solves none of the capability tasks";
  const composition = compositionProblem(capability);
  if (composition !== null) return composition;
  if (generalises === "like_these" && !canGeneralise(curve)) return "fewer than 20 tasks";
  return null;
}

function hasValues(clusters: OutcomeSeries["baseline"]): boolean {
  return clusters.some(({ values }) => values.length > 0);
}

function frontierOf(
  { draws, frontierPositions }: Estimands,
  { confidence }: PosteriorOptions,
): FrontierPosterior[] {
  return draws.frontier.map(({ loss, rate }, l) => {
    const at = median(frontierPositions[l] as Float64Array);
    return {
      loss,
      rate: median(rate),
      strength: Number.isFinite(at) ? strengthAt(at, draws.axis) : null,
      interval: plainInterval(rate, confidence),
      gain: null,
      gainInterval: null,
    };
  });
}

/**
 * A posterior with its gain over the same sweep with random directions, for the same population. The draws of the two
 * are independent and paired by index.
 */
export function overControl<Posterior extends WindowPosterior>(
  posterior: Posterior,
  control: WindowDraws,
  confidence: number,
): Posterior {
  const frontier = posterior.frontier.map((point, l): FrontierPosterior => {
    const own = posterior.draws.frontier[l]?.rate;
    const against = control.frontier.find(({ loss }) => loss === point.loss)?.rate;
    if (own === undefined || against === undefined) return point;
    const gains = own.map((rate, i) => rate - (against[i % against.length] as number));
    return { ...point, gain: median(gains), gainInterval: plainInterval(gains, confidence) };
  });
  return { ...posterior, frontier };
}
