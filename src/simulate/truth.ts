import type { WindowLevels } from "../statistics/fit/fitted-window.js";
import { meanOf } from "../statistics/moments.js";
import type { Random } from "../util/random.js";

/** The searched positions: ten octaves of log2 strength. */
export const RANGE = { low: -5, high: 5 } as const;

/** A condition whose curves are known. Positions are log2 strength; an end is Infinity if there is none in the range. */
export interface Truth {
  readonly onset: number;
  readonly collapse: number;
  /** P(intact), P(target given intact) at a position. */
  intact(x: number): number;
  rise(x: number): number;
  /** Pass rate of every task at a position; -Infinity is the unsteered model. */
  tasks(x: number): readonly number[];
  readonly overdispersion: Overdispersion;
}

/** Samples at one strength are correlated: beta-binomial with concentration 1 / eta^2 - 1; 0 is binomial. */
export interface Overdispersion {
  readonly rise: number;
  readonly intact: number;
  /** Of all tasks together. */
  readonly tasks: number;
}

export interface Curves {
  readonly intact: (x: number) => number;
  readonly rise: (x: number) => number;
  readonly tasks: (x: number) => readonly number[];
  readonly overdispersion: Overdispersion;
}

const STEEPNESS = 2 * Math.log(19);
const LOOK = 1 / 64;

/** Logistic share in log2 strength, from .05 to .95 within `width` octaves about `middle`. */
export function share(x: number, middle: number, width: number): number {
  return 1 / (1 + Math.exp((-STEEPNESS / width) * (x - middle)));
}

/** Middle of a falling logistic that has lost `loss` of its height at `x`. */
export function middleOf(x: number, width: number, loss: number): number {
  return x - (width / STEEPNESS) * Math.log(loss / (1 - loss));
}

/** Curves with their ends: where the mean rates first cross the levels within the range. */
export function truthOf(curves: Curves, levels: WindowLevels): Truth {
  const level = levels.capability * meanOf(curves.tasks(Number.NEGATIVE_INFINITY));
  return {
    ...curves,
    onset: firstCrossing((x) => curves.intact(x) * curves.rise(x) - levels.target),
    collapse: firstCrossing((x) => level - meanOf(curves.tasks(x))),
  };
}

/** First position at which a function reaches 0 from below; Infinity if it does not within the range. */
function firstCrossing(value: (x: number) => number): number {
  for (let high: number = RANGE.low; high <= RANGE.high; high += LOOK) {
    if (value(high) < 0) continue;
    let low = high - LOOK;
    let up = high;
    for (let i = 0; i < 40; i += 1) {
      const middle = (low + up) / 2;
      if (value(middle) < 0) low = middle;
      else up = middle;
    }
    return up;
  }
  return Number.POSITIVE_INFINITY;
}

/** Octaves, signed: -Infinity if never steered, otherwise Infinity if never collapsed. */
export function trueWidth({ onset, collapse }: Truth): number {
  if (onset === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  return collapse - onset;
}

export function uniform(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}

/** Uniformly on a log scale. */
export function logUniform(random: Random, low: number, high: number): number {
  return low * (high / low) ** random();
}

/** Standard normal, by the method of Box and Muller. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
