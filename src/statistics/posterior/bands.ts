import { type Axis, position } from "../series.js";
import { type JointCurves, targetAt } from "./joint-curves.js";
import { median, plainInterval } from "./summaries.js";
import type { BandPoint } from "./window-posterior.js";

/** Median and equal-tailed band of target rate and capability at each strength. */
export function bandsOf(
  curves: JointCurves,
  axis: Axis,
  strengths: readonly number[],
  confidence: number,
): { readonly target: readonly BandPoint[]; readonly capability: readonly BandPoint[] } {
  const { count, capability } = curves;
  const band = (rate: (i: number, x: number) => number) =>
    strengths.map((strength): BandPoint => {
      const x = position(strength, axis);
      const draws = Float64Array.from({ length: count }, (_, i) => rate(i, x));
      const { low, high } = plainInterval(draws, confidence);
      return { strength, rate: median(draws), low: Number(low), high: Number(high) };
    });
  return {
    target: band((i, x) => targetAt(curves, i, x)),
    capability: band((i, x) => (capability.baseline[i] as number) * capability.kept(i, x)),
  };
}
