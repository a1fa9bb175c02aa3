import { type Axis, position, strengthAt } from "../series.js";
import { type JointCurves, keptAt, targetAt } from "./joint-curves.js";
import { quantile } from "./summaries.js";

/** Rate with its credible band at one strength, for figures. */
export interface BandPoint {
  readonly strength: number;
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** A band uses the first draws only; more would make no visible difference. */
const MOST_DRAWS = 800;
/** Places at which a posterior's curve is drawn. */
const PLACES = 101;

/** Equally spaced on the axis over the tested strengths. */
export function placesAlong(strengths: readonly number[], axis: Axis): number[] {
  const from = position(strengths[0] ?? 1, axis);
  const to = position(strengths.at(-1) ?? 1, axis);
  return Array.from({ length: PLACES }, (_, i) => strengthAt(from + ((to - from) * i) / (PLACES - 1), axis));
}

/** Median and equal-tailed band of the strict target rate at each strength. */
export function targetBand(
  curves: JointCurves,
  axis: Axis,
  strengths: readonly number[],
  confidence: number,
): readonly BandPoint[] {
  return band(curves, axis, strengths, confidence, (i, x) => targetAt(curves, i, x));
}

/** Median and equal-tailed band of the capability at each strength. */
export function capabilityBand(
  curves: JointCurves,
  axis: Axis,
  strengths: readonly number[],
  confidence: number,
): readonly BandPoint[] {
  const { baseline } = curves.capability;
  return band(curves, axis, strengths, confidence, (i, x) => (baseline[i] as number) * keptAt(curves, i, x));
}

function band(
  { count }: JointCurves,
  axis: Axis,
  strengths: readonly number[],
  confidence: number,
  rate: (i: number, x: number) => number,
): readonly BandPoint[] {
  const draws = new Float64Array(Math.min(MOST_DRAWS, count));
  return strengths.map((strength) => {
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
}
