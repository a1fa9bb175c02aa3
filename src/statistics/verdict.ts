import type { Interval } from "./interval.js";

/** `not_run`: nothing was measured. `cannot_tell`: no measurable value would contradict the published one. */
export type Verdict = "consistent" | "inconsistent" | "cannot_tell" | "not_run";

/** A published or measured value: a number, or a name such as `never_steered`. */
export type Value = number | string;

interface MeasuredInterval {
  readonly low: Value;
  readonly high: Value;
  /** Share of the bootstrap replicates with each name. */
  readonly shares: Readonly<Partial<Record<string, number>>>;
}

/** What the tested grid allows a value to be, and how far apart neighbouring values are. */
interface ValueGrid {
  /** Contains all numbers that could have been measured. */
  readonly span: Interval;
  readonly stepBelow: (value: number) => number;
  readonly stepAbove: (value: number) => number;
}

/**
 * Compares a published value with a measured interval. A number is consistent if it lies in the interval widened by one
 * grid step at each end (a bound that is a name is open). A name is consistent if at least `tail` of the replicates
 * have it, the share that the interval leaves out at one end. An interval that covers the whole grid cannot contradict
 * anything.
 */
export function verdict(
  published: Value,
  measured: MeasuredInterval | null,
  grid: ValueGrid,
  tail: number,
): Verdict {
  if (measured === null) return "not_run";
  const { low, high, shares } = measured;
  const oneName = typeof low === "string" && low === high;
  const least = typeof low === "string" ? Number.NEGATIVE_INFINITY : low - grid.stepBelow(low);
  const most = typeof high === "string" ? Number.POSITIVE_INFINITY : high + grid.stepAbove(high);
  if (!oneName && least <= grid.span.low && most >= grid.span.high) return "cannot_tell";
  if (typeof published === "string") return (shares[published] ?? 0) >= tail ? "consistent" : "inconsistent";
  return !oneName && published >= least && published <= most ? "consistent" : "inconsistent";
}

/** For the ascending strengths of a tested grid. Beyond its ends, the step is that at the end. */
export function strengthGrid(strengths: readonly number[]): ValueGrid {
  const gaps = strengths.slice(1).map((to, i) => ({ from: strengths[i] ?? to, to }));
  const size = (gap: { from: number; to: number } | undefined) => (gap === undefined ? 0 : gap.to - gap.from);
  return {
    span: { low: strengths[0] ?? 0, high: strengths.at(-1) ?? 0 },
    stepBelow: (value) => size(gaps.findLast(({ from }) => from < value) ?? gaps[0]),
    stepAbove: (value) => size(gaps.find(({ to }) => to > value) ?? gaps.at(-1)),
  };
}

/** For differences of two tested strengths, the larger of which is near `last`: one step is the grid's step there. */
export function widthGrid(strengths: readonly number[], last: number): ValueGrid {
  const grid = strengthGrid(strengths);
  const reach = grid.span.high - grid.span.low;
  return {
    span: { low: -reach, high: reach },
    stepBelow: () => grid.stepBelow(last),
    stepAbove: () => grid.stepAbove(last),
  };
}
