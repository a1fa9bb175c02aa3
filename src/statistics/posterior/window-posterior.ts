import type { Generalises } from "../bootstrap.js";
import type { FittedWindow, WindowLevels } from "../fitted-window.js";
import type { NamedInterval } from "../percentile-interval.js";
import type { Axis } from "../series.js";
import type { WindowIntervals } from "../window-interval.js";

/**
 * Draws of one number from a posterior. Infinity stands for an end beyond all numbers (never steered, never collapsed),
 * -Infinity for one below them. Never NaN. The i-th draws of one window belong together.
 */
export type Draws = Float64Array;

export interface WindowDraws {
  readonly axis: Axis;
  /** Positions on the axis: log2 strength, or strength. Infinity: never steered. */
  readonly onset: Draws;
  /** Infinity: never collapsed. */
  readonly collapse: Draws;
  /** Collapse minus onset; -Infinity where never steered (whatever the collapse), else Infinity where never collapsed. */
  readonly width: Draws;
  /** Margin of safety: log2 of the dose at 10 % capability loss over the dose at 90 % of the best target rate. */
  readonly safety: Draws;
  /** Best strict target rate that keeps at least 1 - loss of the baseline's capability, by loss, ascending. */
  readonly frontier: readonly { readonly loss: number; readonly rate: Draws }[];
}

export interface FrontierPosterior {
  readonly loss: number;
  readonly rate: number;
  /** Strength that gives it; null where the baseline does. */
  readonly strength: number | null;
  readonly interval: NamedInterval<never>;
  /** Minus the control's own best; null where there is no control. */
  readonly gain: number | null;
  readonly gainInterval: NamedInterval<never> | null;
}

export type SafetyName = "never_steered" | "never_collapsed";

/** Rate with its credible band at one strength, for figures. */
export interface BandPoint {
  readonly strength: number;
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** What the posterior says of one curve, for these items or for items like these. */
export interface WindowPosterior {
  readonly generalises: Generalises;
  /** Medians; an end has the name that at least half of the draws have. */
  readonly window: FittedWindow;
  readonly intervals: WindowIntervals;
  /** P(onset < collapse): the probability that there is a window at all. */
  readonly windowProbability: number;
  readonly frontier: readonly FrontierPosterior[];
  readonly safety: { readonly value: number | SafetyName; readonly interval: NamedInterval<SafetyName> };
  readonly draws: WindowDraws;
  /** Strict target rate and capability at the given strengths. */
  bands(strengths: readonly number[]): {
    readonly target: readonly BandPoint[];
    readonly capability: readonly BandPoint[];
  };
}

export interface PosteriorOptions {
  readonly levels: WindowLevels;
  /** Ascending capability losses of the frontier. */
  readonly losses: readonly number[];
  readonly confidence: number;
  readonly draws: number;
  /** Seed of the experiment; the stream is keyed by it, the curve's key and what is generalised to. */
  readonly seed: number;
  /** Strengths between which thresholds are looked for (the prior's support on the axis); an end above it is *never*. */
  readonly range: { readonly from: number; readonly to: number };
}
