import type { Interval } from "./interval.js";

/** Central interval of numbers: order statistics ceil(B a / 2) and ceil(B (1 - a / 2)), a = 1 - confidence; B > 0. */
export function centralInterval(values: ArrayLike<number>, confidence: number): Interval {
  const sorted = Float64Array.from(values).sort();
  const tail = (1 - confidence) / 2;
  return { low: orderStatistic(sorted, tail), high: orderStatistic(sorted, 1 - tail) };
}

/** Middle order statistic, the lower of two. */
export function medianOf(values: ArrayLike<number>): number {
  return orderStatistic(Float64Array.from(values).sort(), 0.5);
}

function orderStatistic(sorted: Float64Array, share: number): number {
  const rank = Math.ceil(Number((sorted.length * share).toFixed(9)));
  const value = sorted[Math.min(sorted.length, Math.max(1, rank)) - 1];
  if (value === undefined) throw new RangeError("centralInterval: no values");
  return value;
}
