import { type Axis, position, strengthAt } from "../../statistics/series.js";

/** Ascending positions at which a condition may be sampled, a fixed step apart, so that visits accumulate. */
export interface Lattice {
  readonly axis: Axis;
  readonly low: number;
  readonly high: number;
  /** The scale of steps and widths: one octave on a log axis, a tenth of the range on a linear one. */
  readonly unit: number;
  readonly positions: readonly number[];
}

/** Steps in a unit: four in the requested precision, as a power of two. */
const FEWEST_STEPS = 8;
const MOST_STEPS = 64;

/** @param single a cell has a single sample, so that only new strengths are informative: the finest steps. */
export function latticeOf(
  range: { readonly from: number; readonly to: number },
  axis: Axis,
  precision: number,
  single: boolean,
): Lattice {
  const low = position(range.from, axis);
  const high = position(range.to, axis);
  const unit = axis === "log" ? 1 : (high - low) / 10;
  const wanted = single ? MOST_STEPS : 2 ** Math.round(Math.log2((4 * unit) / precision));
  const step = unit / Math.min(MOST_STEPS, Math.max(FEWEST_STEPS, wanted));
  const steps = Math.floor((high - low) / step + 1e-9);
  const positions = Array.from({ length: steps + 1 }, (_, i) => low + i * step);
  return { axis, low, high, unit, positions: positions.filter((x) => strengthAt(x, axis) > 0) };
}

/** The lattice's position nearest to a given one; positions outside are moved to the ends. */
export function nearest({ positions }: Lattice, x: number): number {
  const first = positions[0] ?? 0;
  const step = (positions[1] ?? first + 1) - first;
  const i = Math.max(0, Math.min(positions.length - 1, Math.round((x - first) / step)));
  return positions[i] ?? first;
}

/** Strength with six significant digits, never outside the range. */
export function strengthOf(
  { axis }: Lattice,
  x: number,
  range: { readonly from: number; readonly to: number },
): number {
  const rounded = Number(strengthAt(x, axis).toPrecision(6));
  return Math.min(range.to, Math.max(range.from, rounded));
}
