import type { Random } from "../../util/random.js";

/** Logits between S = .05 and S = .95. */
export const WIDTH_LOGITS = 2 * Math.log(19);

/**
 * Psychometric functions, one for each index: psi(x) = start + (end - start) S, S = 1 / (1 + exp(-slope (x - threshold))).
 * `slope` is 2 ln 19 over the width in positions between S = .05 and S = .95. All arrays have the same length.
 */
export interface PsychometricDraws {
  readonly threshold: Float64Array;
  readonly slope: Float64Array;
  /** Rate far below the threshold. */
  readonly start: Float64Array;
  /** Rate far above the threshold. */
  readonly end: Float64Array;
}

/** The i-th function's rate at position x. */
export function rateAt(draws: PsychometricDraws, i: number, x: number): number {
  const start = draws.start[i] as number;
  const z = (draws.slope[i] as number) * (x - (draws.threshold[i] as number));
  return start + ((draws.end[i] as number) - start) / (1 + Math.exp(-z));
}

/** Position at which the i-th function has gone the share `level - start` of its way to `end`; Infinity if never. */
export function crossingOf(draws: PsychometricDraws, i: number, level: number): number {
  const start = draws.start[i] as number;
  const share = (level - start) / ((draws.end[i] as number) - start);
  if (share <= 0) return Number.NEGATIVE_INFINITY;
  if (!(share < 1)) return Number.POSITIVE_INFINITY;
  return (draws.threshold[i] as number) + Math.log(share / (1 - share)) / (draws.slope[i] as number);
}

/** In place: a uniform permutation of 0 .. n - 1. */
export function shuffled(n: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    const kept = order[i] as number;
    order[i] = order[j] as number;
    order[j] = kept;
  }
  return order;
}
