import { type Axis, position, strengthAt } from "../series.js";

/** Where a monotone curve crosses a level, between the tested strengths `after` and `by`. */
interface Crossing {
  readonly strength: number;
  /** Highest tested strength before the crossing. */
  readonly after: number;
  /** Lowest tested strength at or past it. */
  readonly by: number;
}

/** `beyond`: not crossed at any tested strength. `before`: already crossed at the lowest one. */
export type CrossingResult =
  | { readonly kind: "crossed"; readonly crossing: Crossing }
  | { readonly kind: "before"; readonly lowest: number }
  | { readonly kind: "beyond"; readonly highest: number };

/** First crossing upwards: fit >= level. Linear between neighbours on the axis. `fit` must not be empty. */
export function firstAtOrAbove(
  strengths: readonly number[],
  fit: readonly number[],
  level: number,
  axis: Axis,
): CrossingResult {
  const i = fit.findIndex((value) => value >= level);
  const by = strengths[i];
  if (by === undefined) return { kind: "beyond", highest: last(strengths) };
  const after = strengths[i - 1];
  const below = fit[i - 1];
  const reached = fit[i];
  if (after === undefined || below === undefined || reached === undefined)
    return { kind: "before", lowest: by };
  const share = (level - below) / (reached - below);
  const from = position(after, axis);
  const strength = share === 1 ? by : strengthAt(from + share * (position(by, axis) - from), axis);
  return { kind: "crossed", crossing: { strength, after, by } };
}

/** First crossing downwards: fit <= level. */
export function firstAtOrBelow(
  strengths: readonly number[],
  fit: readonly number[],
  level: number,
  axis: Axis,
): CrossingResult {
  return firstAtOrAbove(
    strengths,
    fit.map((value) => -value),
    -level,
    axis,
  );
}

function last(strengths: readonly number[]): number {
  const highest = strengths.at(-1);
  if (highest === undefined) throw new RangeError("a crossing needs at least one tested strength");
  return highest;
}
