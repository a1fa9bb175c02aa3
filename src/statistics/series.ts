/** How strengths are interpolated: on log2 strength, or on strength itself. */
export type Axis = "log" | "linear";

/** A rate measured at ascending strengths. The three arrays have the same length; every n is positive. */
export interface Series {
  readonly strengths: readonly number[];
  readonly rates: readonly number[];
  /** Scored samples behind each rate. */
  readonly n: readonly number[];
}

/** Position of a strength on its axis: octaves above 1 on a log axis. */
export function position(strength: number, axis: Axis): number {
  if (axis === "linear") return strength;
  if (!(strength > 0)) throw new RangeError(`a log axis has no place for strength ${strength}`);
  return Math.log2(strength);
}

/** Inverse of `position`. */
export function strengthAt(x: number, axis: Axis): number {
  return axis === "linear" ? x : 2 ** x;
}
