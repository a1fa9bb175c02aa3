import type { Generalises } from "../../statistics/fit/bootstrap.js";
import type { Estimate, EstimateResult } from "../../statistics/fit/estimate.js";
import type { FittedWindow } from "../../statistics/fit/fitted-window.js";
import type { NamedInterval } from "../../statistics/fit/percentile-interval.js";
import type { WindowIntervals } from "../../statistics/fit/window-interval.js";
import type { CurvePosteriors } from "../../statistics/posterior/curve-posteriors.js";
import type { WindowPosterior } from "../../statistics/posterior/window-posterior.js";

type ByPopulation<T> = Readonly<Record<Generalises, T | null>>;

export const POPULATIONS = ["these", "like_these"] as const satisfies readonly Generalises[];

interface HeadlineFrontier {
  readonly rate: number;
  /** Null where the baseline gives it. */
  readonly strength: number | null;
  /** T(e); null without random directions. */
  readonly gain: number | null;
  readonly rates: ByPopulation<NamedInterval<never>>;
  readonly gains: ByPopulation<NamedInterval<never>>;
}

/** The headline numbers: the posterior's where it applies, otherwise the fitted window with its bootstrap. */
export interface Headline {
  readonly estimator: "posterior" | "bootstrap";
  readonly window: FittedWindow;
  readonly intervals: ByPopulation<WindowIntervals>;
  /** P(window exists): of the draws, or the share of the replicates. */
  readonly windowProbability: ByPopulation<number>;
  /** At the headline's loss. */
  readonly frontier: HeadlineFrontier;
}

/** Null where nothing could be estimated. `loss`: the frontier's. */
export function headlineOf(
  result: EstimateResult,
  posterior: CurvePosteriors,
  loss: number,
): Headline | null {
  if (result.kind === "not_estimated") return null;
  const { these } = posterior;
  if (these === null) return bootstrapHeadline(result.estimate);
  const by = <T>(read: (of: WindowPosterior) => T): ByPopulation<T> => ({
    these: read(these),
    like_these: posterior.like_these === null ? null : read(posterior.like_these),
  });
  const at = (of: WindowPosterior) => of.frontier.find((point) => point.loss === loss);
  const best = at(these);
  if (best === undefined) throw new RangeError(`headlineOf: no frontier at a loss of ${loss}`);
  return {
    estimator: "posterior",
    window: these.window,
    intervals: by(({ intervals }) => intervals),
    windowProbability: by(({ windowProbability }) => windowProbability),
    frontier: {
      rate: best.rate,
      strength: best.strength,
      gain: best.gain,
      rates: by((of) => at(of)?.interval ?? null),
      gains: by((of) => at(of)?.gainInterval ?? null),
    },
  };
}

function bootstrapHeadline({ window, intervals, frontier }: Estimate): Headline {
  const by = <T>(read: (of: NonNullable<typeof intervals.these>) => T): ByPopulation<T> => ({
    these: intervals.these === null ? null : read(intervals.these),
    like_these: intervals.like_these === null ? null : read(intervals.like_these),
  });
  return {
    estimator: "bootstrap",
    window,
    intervals: by((of) => of.window),
    windowProbability: by((of) => of.window.windowShare),
    frontier: {
      rate: frontier.method.rate,
      strength: frontier.method.strength,
      gain: frontier.gain,
      rates: by(({ rate }) => rate),
      gains: by(({ gain }) => gain),
    },
  };
}
