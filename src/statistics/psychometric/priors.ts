import type { Axis } from "../series.js";

/** Closed range of a parameter's coordinate. */
export interface Span {
  readonly low: number;
  readonly high: number;
}

/** Where thresholds and widths may lie, in positions. The prior is uniform in threshold and in log width. */
export interface Support {
  readonly threshold: Span;
  readonly logWidth: Span;
}

/**
 * The prior's support for positions searched between `from` and `to`. Thresholds extend an eighth of the range below it
 * and a quarter above, so that an end outside the range has mass. Widths are .1 to 8 octaves on a log axis, and a
 * hundredth to .8 of the range on a linear one.
 */
export function supportOf(axis: Axis, from: number, to: number): Support {
  const range = to - from;
  const widths = axis === "log" ? [0.1, 8] : [range / 100, 0.8 * range];
  return {
    threshold: { low: from - range / 8, high: to + range / 4 },
    logWidth: { low: Math.log(widths[0] as number), high: Math.log(widths[1] as number) },
  };
}

/** Density of a lapse rate in [0, 1]. */
export type LapsePrior = (lapse: number) => number;

/** Share of the lapse prior that is uniform: curves that end half-way are rare but possible. */
const UNIFORM_SHARE = 0.1;

/** .9 Beta(1, 10) (psignifit 4) + .1 uniform. */
export const lapsePrior: LapsePrior = (lapse) => {
  const third = (1 - lapse) * (1 - lapse) * (1 - lapse);
  return (1 - UNIFORM_SHARE) * 10 * third * third * third + UNIFORM_SHARE;
};

/** Overdispersion eta with its share of the prior; the beta's concentration is 1 / eta^2 - 1. */
export interface Overdispersion {
  readonly eta: number;
  readonly weight: number;
}

/** psignifit 4's Beta(1, 10), in bins between the given quantiles, each represented by its middle. */
export function psignifitOverdispersions(bounds: readonly number[]): Overdispersion[] {
  return bounds.slice(1).map((high, i) => {
    const low = bounds[i] ?? 0;
    return { eta: 1 - (1 - (low + high) / 2) ** 0.1, weight: high - low };
  });
}

/** Half of the prior is no overdispersion, since samples of one prompt are independent; the other half is psignifit's. */
export const OVERDISPERSIONS: readonly Overdispersion[] = [
  { eta: 0, weight: 0.5 },
  ...psignifitOverdispersions([0, 0.4, 0.8, 1]).map(({ eta, weight }) => ({ eta, weight: weight / 2 })),
];
