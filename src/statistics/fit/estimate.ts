import { compositionProblem } from "../composition.js";
import type { CurveOutcomes } from "../curve.js";
import { pooledRate, toSeries } from "../outcomes.js";
import type { Axis } from "../series.js";
import type { Generalises } from "./bootstrap.js";
import { bootstrapCurve, canGeneralise, type ResampledCurve } from "./bootstrap-curve.js";
import { type FittedWindow, fittedWindow, type WindowLevels } from "./fitted-window.js";
import { type FrontierPoint, frontierPoint } from "./frontier.js";
import { type GridWindow, gridWindow } from "./grid-window.js";
import { type NamedInterval, percentileInterval, type Replicate } from "./percentile-interval.js";
import { type WindowIntervals, windowIntervals } from "./window-interval.js";

export interface EstimateOptions {
  readonly levels: WindowLevels;
  /** Absolute threshold of the post's own numbers. */
  readonly gridLevel: number;
  readonly frontierLoss: number;
  readonly confidence: number;
  readonly replicates: number;
  /** Seed of the experiment. */
  readonly seed: number;
}

type GridName = "never_steered" | "never_capable";

interface GridIntervals {
  readonly firstAny: NamedInterval<GridName>;
  readonly firstMajority: NamedInterval<GridName>;
  readonly lastCapable: NamedInterval<GridName>;
  readonly width: NamedInterval<GridName>;
}

interface Frontier {
  readonly method: FrontierPoint;
  /** The control at its own best; null where there is none. */
  readonly control: FrontierPoint | null;
  /** T(e): the method's rate minus the control's. */
  readonly gain: number | null;
}

/** Intervals of all estimates, which generalise to the same population. */
export interface EstimateIntervals {
  readonly window: WindowIntervals;
  readonly grid: GridIntervals;
  readonly rate: NamedInterval<never>;
  readonly gain: NamedInterval<never> | null;
}

export interface Estimate {
  readonly baselineCapability: number;
  readonly baselineStrict: number;
  readonly baselineContains: number;
  readonly window: FittedWindow;
  readonly grid: GridWindow;
  readonly frontier: Frontier;
  /** `like_these` is null where there are fewer than 20 tasks. */
  readonly intervals: Readonly<Record<Generalises, EstimateIntervals | null>>;
}

export type EstimateResult =
  | { readonly kind: "estimated"; readonly estimate: Estimate }
  | { readonly kind: "not_estimated"; readonly reason: string };

export interface KeyedCurve {
  /** Names the curve's random stream: the same curve has the same intervals whatever else is in a report. */
  readonly key: string;
  readonly curve: CurveOutcomes;
}

/** The frontier and the replicates of its rate, from which gains are computed. */
interface BestFrontier {
  readonly point: FrontierPoint;
  readonly replicates: Readonly<Record<Generalises, readonly number[] | null>>;
}

export interface EstimatedCurve {
  readonly result: EstimateResult;
  /** Null where nothing could be estimated. */
  readonly frontier: BestFrontier | null;
}

/** All estimates of one curve, with intervals; `againstControl` adds the gain over a control. */
export function estimateCurve({ key, curve }: KeyedCurve, options: EstimateOptions): EstimatedCurve {
  const reason = missing(curve);
  if (reason !== null) return { result: { kind: "not_estimated", reason }, frontier: null };
  const point = plainRates(curve);
  const window = windowOf(curve, point, options);
  const best = frontierOf(point, options);
  const these = replicatesOf(key, curve, "these", options);
  const likeThese = canGeneralise(curve) ? replicatesOf(key, curve, "like_these", options) : null;
  const intervals = (replicates: Replicates) => intervalsOf(replicates, window, curve.axis, options);
  const estimate: Estimate = {
    baselineCapability: point.capability.baseline ?? 0,
    baselineStrict: point.strict.baseline ?? 0,
    baselineContains: point.contains.baseline ?? 0,
    window,
    grid: gridWindow(point.contains.series, point.capability.series, options.gridLevel),
    frontier: { method: best, control: null, gain: null },
    intervals: {
      these: intervals(these),
      like_these: likeThese === null ? null : intervals(likeThese),
    },
  };
  const replicates = { these: these.rates, like_these: likeThese?.rates ?? null };
  return { result: { kind: "estimated", estimate }, frontier: { point: best, replicates } };
}

/**
 * An estimate with its gain over the same sweep with random directions. The replicates of the two are drawn
 * independently and paired by index.
 */
export function againstControl(
  { result, frontier }: EstimatedCurve,
  control: BestFrontier | null,
  confidence: number,
): EstimateResult {
  if (result.kind === "not_estimated" || frontier === null || control === null) return result;
  const { estimate } = result;
  const withGain = (generalises: Generalises): EstimateIntervals | null => {
    const intervals = estimate.intervals[generalises];
    const own = frontier.replicates[generalises];
    const other = control.replicates[generalises];
    if (intervals === null || own === null || other === null) return intervals;
    const gains = own.map((rate, i) => rate - (other[i] ?? 0));
    return { ...intervals, gain: percentileInterval<never>(gains, confidence) };
  };
  const { method } = estimate.frontier;
  return {
    kind: "estimated",
    estimate: {
      ...estimate,
      frontier: { method, control: control.point, gain: method.rate - control.point.rate },
      intervals: { these: withGain("these"), like_these: withGain("like_these") },
    },
  };
}

/** Everything that is computed from each bootstrap replicate of a curve. */
interface Replicates {
  readonly windows: readonly FittedWindow[];
  readonly grids: readonly GridWindow[];
  /** Of the frontier. */
  readonly rates: readonly number[];
}

function replicatesOf(
  key: string,
  curve: CurveOutcomes,
  generalises: Generalises,
  options: EstimateOptions,
): Replicates {
  const drawn = bootstrapCurve(
    curve,
    generalises,
    options.replicates,
    `${options.seed}/${key}/${generalises}`,
  );
  return {
    windows: drawn.map((rates) => windowOf(curve, rates, options)),
    grids: drawn.map(({ contains, capability }) =>
      gridWindow(contains.series, capability.series, options.gridLevel),
    ),
    rates: drawn.map((rates) => frontierOf(rates, options).rate),
  };
}

function missing({ contains, strict, capability }: CurveOutcomes): string | null {
  if (toSeries(strict).strengths.length === 0 || toSeries(contains).strengths.length === 0) {
    return "no scored answers to the question";
  }
  if (toSeries(capability).strengths.length === 0) return "no scored capability tasks";
  if (pooledRate(strict.baseline) === null || pooledRate(contains.baseline) === null) {
    return "no scored unsteered answers to the question";
  }
  const baseline = pooledRate(capability.baseline);
  if (baseline === null) return "no scored unsteered capability tasks";
  if (baseline === 0) return "the unsteered model solves none of the capability tasks";
  return compositionProblem(capability);
}

/** The observed rates, in the shape of a replicate. */
export function plainRates({ contains, strict, capability }: CurveOutcomes): ResampledCurve {
  return {
    contains: { series: toSeries(contains), baseline: pooledRate(contains.baseline) },
    strict: { series: toSeries(strict), baseline: pooledRate(strict.baseline) },
    capability: { series: toSeries(capability), baseline: pooledRate(capability.baseline) },
  };
}

function windowOf({ axis }: CurveOutcomes, rates: ResampledCurve, { levels }: EstimateOptions): FittedWindow {
  const { strict, capability } = rates;
  return fittedWindow(
    {
      axis,
      target: strict.series,
      capability: capability.series,
      baselineCapability: capability.baseline ?? 0,
    },
    levels,
  );
}

function frontierOf(
  { strict, capability }: ResampledCurve,
  { frontierLoss }: EstimateOptions,
): FrontierPoint {
  return frontierPoint(
    {
      target: strict.series,
      capability: capability.series,
      baselineTarget: strict.baseline ?? 0,
      baselineCapability: capability.baseline ?? 0,
    },
    frontierLoss,
  );
}

function intervalsOf(
  { windows, grids, rates }: Replicates,
  window: FittedWindow,
  axis: Axis,
  { confidence }: EstimateOptions,
): EstimateIntervals {
  return {
    window: windowIntervals(window, windows, axis, confidence),
    grid: gridIntervals(grids, confidence),
    rate: percentileInterval<never>(rates, confidence),
    gain: null,
  };
}

function gridIntervals(grids: readonly GridWindow[], confidence: number): GridIntervals {
  const place = (value: number | GridName): Replicate<GridName> =>
    typeof value === "number" ? value : { name: value, side: value === "never_steered" ? "above" : "below" };
  const interval = (value: (grid: GridWindow) => number | GridName) =>
    percentileInterval(
      grids.map((grid) => place(value(grid))),
      confidence,
    );
  const widths = grids.map((grid): Replicate<GridName> => {
    if (grid.width !== null) return grid.width;
    return {
      name: grid.firstMajority === "never_steered" ? "never_steered" : "never_capable",
      side: "below",
    };
  });
  return {
    firstAny: interval(({ firstAny }) => firstAny),
    firstMajority: interval(({ firstMajority }) => firstMajority),
    lastCapable: interval(({ lastCapable }) => lastCapable),
    width: percentileInterval(widths, confidence),
  };
}
