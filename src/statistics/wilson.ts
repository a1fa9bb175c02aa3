import type { Interval } from "./interval.js";
import { normalQuantile } from "./normal-quantile.js";

/**
 * Wilson's score interval (1927) of a binomial rate: `successes` of `n`, two-sided, at `confidence`.
 * Successes may be fractional (sums of scores in [0, 1]); the interval is then too wide, never too narrow.
 * Throws RangeError unless n > 0 and 0 <= successes <= n.
 */
export function wilsonInterval(successes: number, n: number, confidence: number): Interval {
  if (!(n > 0 && successes >= 0 && successes <= n)) {
    throw new RangeError(`wilsonInterval: ${successes} of ${n} is not a rate`);
  }
  const z = normalQuantile((1 + confidence) / 2);
  const rate = successes / n;
  const scale = 1 + (z * z) / n;
  const centre = (rate + (z * z) / (2 * n)) / scale;
  const half = (z / scale) * Math.sqrt((rate * (1 - rate)) / n + (z * z) / (4 * n * n));
  return {
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: successes === n ? 1 : Math.min(1, centre + half),
  };
}
