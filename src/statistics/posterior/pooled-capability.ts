import type { KeptDraws } from "./joint-curves.js";
import { crossingOf, type PsychometricDraws, rateAt } from "./psychometric.js";

/** Capability as one psychometric function of all tasks pooled. */
export function pooledCapability(draws: PsychometricDraws, from: number, to: number): KeptDraws {
  return {
    baseline: draws.start,
    kept: (i, x) => {
      const start = draws.start[i] as number;
      return start > 0 ? rateAt(draws, i, x) / start : 1;
    },
    fallsTo: (i, share) => between(crossingOf(draws, i, share * (draws.start[i] as number)), from, to),
  };
}

/** A crossing outside [from, to] lies at the infinity of its side. */
export function between(x: number, from: number, to: number): number {
  if (x > to) return Number.POSITIVE_INFINITY;
  return x < from ? Number.NEGATIVE_INFINITY : x;
}
