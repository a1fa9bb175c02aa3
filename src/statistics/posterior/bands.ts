import { type Axis, position } from "../series.js";
import { type JointCurves, targetAt } from "./joint-curves.js";
import { quantile } from "./summaries.js";
import type { BandPoint } from "./window-posterior.js";

/** Draws that a band is read from, the first of all; more would not be seen. */
const MOST_DRAWS = 800;

/** Median and equal-tailed band of target rate and capability at each strength. */
export function bandsOf(
  curves: JointCurves,
  axis: Axis,
  strengths: readonly number[],
  confidence: number,
): { readonly target: readonly BandPoint[]; readonly capability: readonly BandPoint[] } {
  const { count, capability } = curves;
  const draws = new Float64Array(Math.min(MOST_DRAWS, count));
  const band = (rate: (i: number, x: number) => number) =>
    strengths.map((strength): BandPoint => {
      const x = position(strength, axis);
      for (let i = 0; i < draws.length; i += 1) draws[i] = rate(i, x);
      draws.sort();
      return {
        strength,
        rate: quantile(draws, 0.5),
        low: quantile(draws, (1 - confidence) / 2),
        high: quantile(draws, (1 + confidence) / 2),
      };
    });
  return {
    target: band((i, x) => targetAt(curves, i, x)),
    capability: band((i, x) => (capability.baseline[i] as number) * capability.kept(i, x)),
  };
}
