import { lowestOf } from "../extremes.js";
import {
  intervalOf,
  type NamedInterval,
  type Replicate,
  sortReplicates,
} from "../fit/percentile-interval.js";
import { meanOf } from "../moments.js";
import type { Draws } from "../posterior/window-draws.js";

/** Draws of an end, its sign in a sum, and its names where it lies beyond the numbers. */
export interface TermPart {
  readonly draws: Draws;
  readonly sign: 1 | -1;
  /** Name where a draw is Infinity. */
  readonly above: string;
  /** Name where a draw is -Infinity. */
  readonly below: string;
}

export type TermDraw = Replicate<string>;

/**
 * Draws of a signed sum of ends, paired by index up to the shortest. A draw with an end beyond the numbers has that end's
 * name (several are joined by "+") and lies on its side, or on either side if two pull in opposite directions.
 */
export function signedSum(parts: readonly TermPart[]): TermDraw[] {
  const count = lowestOf(parts.map(({ draws }) => draws.length));
  return Array.from({ length: count }, (_, i) => drawOf(parts, i));
}

function drawOf(parts: readonly TermPart[], i: number): TermDraw {
  let sum = 0;
  let upwards = false;
  let downwards = false;
  const names: string[] = [];
  for (const { draws, sign, above, below } of parts) {
    const value = draws[i] ?? 0;
    if (Number.isFinite(value)) {
      sum += sign * value;
      continue;
    }
    names.push(value > 0 ? above : below);
    if (value * sign > 0) upwards = true;
    else downwards = true;
  }
  if (names.length === 0) return sum;
  return { name: names.join("+"), side: upwards && downwards ? "either" : upwards ? "above" : "below" };
}

/** The middle of the draws, with an interval. */
export interface TermSummary {
  /** A name where at least half of the draws have names, else a mean (`summariseTerms`). */
  readonly value: number | string;
  readonly interval: NamedInterval<string>;
}

type Terms<Name extends string> = Readonly<Record<Name, readonly TermDraw[] | null>>;

/**
 * Summaries of terms of one sum, whose draws belong together; null where a term is. The value of a term is the name that
 * at least half of its draws have. Those of all other terms are means over the draws in which all of these are numbers,
 * so that they add up exactly.
 */
export function summariseTerms<Name extends string, Given extends Terms<Name>>(
  terms: Given & Terms<Name>,
  confidence: number,
): { readonly [Key in keyof Given]: TermSummary | (null extends Given[Key] ? null : never) } {
  const middles = Object.entries<readonly TermDraw[] | null>(terms).map(([name, draws]) => {
    if (draws === null) return { name, draws, interval: null, value: null };
    const sorted = sortReplicates(draws);
    // The interval at a confidence of 0 is the median's order statistic; a name must have half of the draws.
    const { low, high } = intervalOf(sorted, 0);
    return {
      name,
      draws,
      interval: intervalOf(sorted, confidence),
      value: typeof low === "string" ? low : high,
    };
  });
  const numeric = middles.flatMap(({ draws, value }) =>
    draws !== null && typeof value === "number" ? [draws] : [],
  );
  const count = numeric.length === 0 ? 0 : lowestOf(numeric.map(({ length }) => length));
  const complete = Array.from({ length: count }, (_, i) => i).filter((i) =>
    numeric.every((draws) => typeof draws[i] === "number"),
  );
  const summaries = middles.map(({ name, draws, interval, value }) => {
    if (draws === null) return [name, null];
    const together = typeof value === "number" && complete.length > 0;
    return [name, { value: together ? meanOf(complete.map((i) => Number(draws[i]))) : value, interval }];
  });
  return Object.fromEntries(summaries);
}
