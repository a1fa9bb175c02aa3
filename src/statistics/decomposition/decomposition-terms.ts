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
  /** Mean of the draws where all are numbers, so that the terms of a sum add up; else their median, or its name. */
  readonly value: number | string;
  readonly interval: NamedInterval<string>;
}

/** `draws` must not be empty. */
export function summariseTerm(draws: readonly TermDraw[], confidence: number): TermSummary {
  const sorted = sortReplicates(draws);
  const interval = intervalOf(sorted, confidence);
  const numbers = draws.filter((draw) => typeof draw === "number");
  if (numbers.length === draws.length) return { value: meanOf(numbers), interval };
  // The interval at a confidence of 0 is the median's order statistic; a name must have half of the draws.
  const middle = intervalOf(sorted, 0);
  return { value: typeof middle.low === "string" ? middle.low : middle.high, interval };
}
