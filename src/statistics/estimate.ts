import type { Generalises } from "./bootstrap.js";
import { bootstrapCurve, canGeneralise, type ResampledCurve } from "./bootstrap-curve.js";
import type { CurveOutcomes } from "./curve.js";
import { type FittedWindow, fittedWindow, type WindowLevels } from "./fitted-window.js";
import { type FrontierPoint, frontierPoint } from "./frontier.js";
import { type GridWindow, gridWindow } from "./grid-window.js";
import { pooledRate, toSeries } from "./outcomes.js";
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

export type GridName = "never_steered" | "never_capable";

export interface GridIntervals {
  readonly firstAny: NamedInterval<GridName>;
  readonly firstMajority: NamedInterval<GridName>;
  readonly lastCapable: NamedInterval<GridName>;
  readonly width: NamedInterval<GridName>;
}

export interface Frontier {
  readonly method: FrontierPoint;
  /** The control at its own best; null where there is none. */
  readonly control: FrontierPoint | null;
  /** T(e): the method's rate minus the control's. */
  readonly gain: number | null;
}

/** Intervals of everything, all under one meaning of "again". */
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

/** All estimates of one curve, with intervals; `control` is the same sweep with random directions. */
export function estimateCurve(
  method: KeyedCurve,
  control: KeyedCurve | null,
  options: EstimateOptions,
): EstimateResult {
  const reason = missing(method.curve);
  if (reason !== null) return { kind: "not_estimated", reason };
  const usable = control !== null && missing(control.curve) === null ? control : null;
  const point = plainRates(method.curve);
  const window = windowOf(method.curve, point, options);
  const intervals = (generalises: Generalises) => intervalsOf(method, usable, generalises, window, options);
  const estimate: Estimate = {
    baselineCapability: point.capability.baseline ?? 0,
    baselineStrict: point.strict.baseline ?? 0,
    baselineContains: point.contains.baseline ?? 0,
    window,
    grid: gridWindow(point.contains.series, point.capability.series, options.gridLevel),
    frontier: frontierOf(point, usable === null ? null : plainRates(usable.curve), options),
    intervals: {
      these: intervals("these"),
      like_these: canGeneralise(method.curve) ? intervals("like_these") : null,
    },
  };
  return { kind: "estimated", estimate };
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
  return baseline > 0 ? null : "the unsteered model solves none of the capability tasks";
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
  method: ResampledCurve,
  control: ResampledCurve | null,
  options: EstimateOptions,
): Frontier {
  const point = ({ strict, capability }: ResampledCurve) =>
    frontierPoint(
      {
        target: strict.series,
        capability: capability.series,
        baselineTarget: strict.baseline ?? 0,
        baselineCapability: capability.baseline ?? 0,
      },
      options.frontierLoss,
    );
  const best = point(method);
  const random = control === null ? null : point(control);
  return { method: best, control: random, gain: random === null ? null : best.rate - random.rate };
}

function intervalsOf(
  method: KeyedCurve,
  control: KeyedCurve | null,
  generalises: Generalises,
  window: FittedWindow,
  options: EstimateOptions,
): EstimateIntervals {
  const { replicates, confidence, seed } = options;
  const draw = ({ key, curve }: KeyedCurve) =>
    bootstrapCurve(curve, generalises, replicates, `${seed}/${key}/${generalises}`);
  const drawn = draw(method);
  const controls = control === null ? null : draw(control);
  const windows = drawn.map((rates) => windowOf(method.curve, rates, options));
  const frontiers = drawn.map((rates, i) => frontierOf(rates, controls?.[i] ?? null, options));
  const grids = drawn.map(({ contains, capability }) =>
    gridWindow(contains.series, capability.series, options.gridLevel),
  );
  return {
    window: windowIntervals(window, windows, method.curve.axis, confidence),
    grid: gridIntervals(grids, confidence),
    rate: percentileInterval<never>(
      frontiers.map((frontier) => frontier.method.rate),
      confidence,
    ),
    gain:
      controls === null
        ? null
        : percentileInterval<never>(
            frontiers.map(({ gain }) => gain ?? 0),
            confidence,
          ),
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
