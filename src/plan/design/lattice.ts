import { type Axis, position, strengthAt } from "../../statistics/series.js";

/** Ascending positions on the axis at which a condition may be sampled, a fixed step apart, so that visits pile up. */
export interface Lattice {
  readonly axis: Axis;
  readonly low: number;
  readonly high: number;
  /** One octave on a log axis, a tenth of the range on a linear one: the scale that steps and widths are counted in. */
  readonly unit: number;
  readonly positions: readonly number[];
}

const STEPS_A_UNIT = 16;
/** Where a cell has a single sample, only new strengths tell something new. */
const STEPS_A_UNIT_SINGLE = 64;

export function latticeOf(
  range: { readonly from: number; readonly to: number },
  axis: Axis,
  single: boolean,
): Lattice {
  const low = position(range.from, axis);
  const high = position(range.to, axis);
  const unit = axis === "log" ? 1 : (high - low) / 10;
  const steps = Math.floor(((high - low) / unit) * (single ? STEPS_A_UNIT_SINGLE : STEPS_A_UNIT) + 1e-9);
  const step = unit / (single ? STEPS_A_UNIT_SINGLE : STEPS_A_UNIT);
  const positions = Array.from({ length: steps + 1 }, (_, i) => low + i * step);
  return { axis, low, high, unit, positions: positions.filter((x) => strengthAt(x, axis) > 0) };
}

/** The lattice's place nearest to a position; positions outside are taken to the ends. */
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
