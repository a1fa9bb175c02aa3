import { crossingOf, type PsychometricDraws, rateAt } from "../psychometric/psychometric.js";

/** Capability as one psychometric function of all tasks pooled. */
export interface PooledKept {
  readonly kind: "pooled";
  readonly draws: PsychometricDraws;
  readonly baseline: Float64Array;
}

export const pooledCapability = (draws: PsychometricDraws): PooledKept => ({
  kind: "pooled",
  draws,
  baseline: draws.start,
});

/** Share of the baseline that the i-th curve keeps at position x. */
export function pooledKeptAt({ draws }: PooledKept, i: number, x: number): number {
  const start = draws.start[i] as number;
  return start > 0 ? rateAt(draws, i, x) / start : 1;
}

/** Position at which the i-th curve falls to `share`. */
export function pooledFallsTo(
  { draws }: PooledKept,
  i: number,
  share: number,
  from: number,
  to: number,
): number {
  return between(crossingOf(draws, i, share * (draws.start[i] as number)), from, to);
}

/** A crossing outside [from, to] lies at the infinity of its side. */
function between(x: number, from: number, to: number): number {
  if (x > to) return Number.POSITIVE_INFINITY;
  return x < from ? Number.NEGATIVE_INFINITY : x;
}
