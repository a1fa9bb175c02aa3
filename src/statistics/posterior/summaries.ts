import { highestOf, lowestOf } from "../extremes.js";
import type { Collapse, FittedWindow, NoWidth, Onset } from "../fit/fitted-window.js";
import type { NamedInterval } from "../fit/percentile-interval.js";
import type { EndName, WidthName, WindowIntervals } from "../fit/window-interval.js";
import { widthName } from "../fit/window-interval.js";
import { strengthAt } from "../series.js";
import type { PosteriorOptions } from "./posterior-options.js";
import type { Draws, SafetyName, WindowDraws } from "./window-draws.js";

/** Order statistic ceil(B share), 1-based, of ascending draws. */
export function quantile(sorted: Draws, share: number): number {
  const rank = Math.ceil(Number((sorted.length * share).toFixed(9)));
  return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1] as number;
}

/** Equal-tailed interval of numbers. */
export function plainInterval(draws: Draws, confidence: number): NamedInterval<never> {
  const sorted = draws.toSorted();
  return {
    low: quantile(sorted, (1 - confidence) / 2),
    high: quantile(sorted, (1 + confidence) / 2),
    shares: {},
  };
}

/** Equal-tailed interval of draws in which the infinities stand for names; `value` turns a finite draw into its number. */
function namedInterval<Name extends string>(
  draws: Draws,
  confidence: number,
  names: { readonly below: Name; readonly above: Name },
  value: (draw: number) => number = (draw) => draw,
): NamedInterval<Name> {
  const sorted = draws.toSorted();
  const bound = (share: number): number | Name => {
    const draw = quantile(sorted, share);
    if (Number.isFinite(draw)) return value(draw);
    return draw < 0 ? names.below : names.above;
  };
  const shares: Partial<Record<Name, number>> = {};
  const below = shareOf(draws, Number.NEGATIVE_INFINITY);
  const above = shareOf(draws, Number.POSITIVE_INFINITY);
  if (below > 0) shares[names.below] = below;
  if (above > 0) shares[names.above] = above;
  return { low: bound((1 - confidence) / 2), high: bound((1 + confidence) / 2), shares };
}

function shareOf(draws: Draws, value: number): number {
  let count = 0;
  for (const draw of draws) if (draw === value) count += 1;
  return count / draws.length;
}

/** Tested strengths on either side of a strength, or the ends of the range where there are none. */
type Neighbours = (strength: number) => { readonly after: number; readonly by: number };

export function neighboursIn(tested: readonly number[], { from, to }: PosteriorOptions["range"]): Neighbours {
  return (strength) => ({
    after: Math.max(from, highestOf(tested.filter((other) => other <= strength))),
    by: Math.min(to, lowestOf(tested.filter((other) => other >= strength))),
  });
}

/** Medians of the draws; an end has a name where at least half of its draws have one. */
export function windowOf(
  { axis, onset, collapse, width }: WindowDraws,
  neighbours: Neighbours,
): FittedWindow {
  const ends = { onset: median(onset), collapse: median(collapse), width: median(width) };
  const at = (x: number) => {
    const strength = strengthAt(x, axis);
    return { name: "at" as const, strength, ...neighbours(strength) };
  };
  const from: Onset = Number.isFinite(ends.onset)
    ? at(ends.onset)
    : { name: ends.onset < 0 ? "steered_at_lowest" : "never_steered" };
  const to: Collapse = Number.isFinite(ends.collapse)
    ? at(ends.collapse)
    : { name: ends.collapse < 0 ? "collapsed_at_lowest" : "never_collapsed" };
  const reasons = [from.name, to.name].filter((name): name is NoWidth => name !== "at");
  if (reasons.length === 0 && !Number.isFinite(ends.width)) {
    reasons.push(ends.width < 0 ? "never_steered" : "never_collapsed");
  }
  if (reasons.length > 0) return { onset: from, collapse: to, width: { name: "unplaced", reasons } };
  return {
    onset: from,
    collapse: to,
    width: { name: "at", value: ends.width, empty: ends.width < 0 },
  };
}

/** The upper median, so that half of the draws at Infinity are enough to name it, and the lower one for -Infinity. */
export function median(draws: Draws): number {
  const sorted = draws.toSorted();
  const upper = sorted[Math.floor(sorted.length / 2)] as number;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] as number;
  if (!Number.isFinite(upper)) return upper;
  return Number.isFinite(lower) ? (lower + upper) / 2 : lower;
}

export function intervalsOf(draws: WindowDraws, confidence: number): WindowIntervals {
  const strength = (x: number) => strengthAt(x, draws.axis);
  const ends = (positions: Draws, below: EndName, above: EndName): NamedInterval<EndName> =>
    namedInterval<EndName>(positions, confidence, { below, above }, strength);
  return {
    onset: ends(draws.onset, "steered_at_lowest", "never_steered"),
    collapse: ends(draws.collapse, "collapsed_at_lowest", "never_collapsed"),
    width: widthInterval(draws, confidence),
    gridLimited: { onset: false, collapse: false },
    windowShare: windowProbability(draws),
  };
}

/** P(onset < collapse). */
export function windowProbability({ width }: WindowDraws): number {
  let windows = 0;
  for (const octaves of width) if (octaves > 0) windows += 1;
  return windows / width.length;
}

/** A width without a number has the names of its ends; if a side has several names, the bound is the most common. */
function widthInterval(
  { onset, collapse, width }: WindowDraws,
  confidence: number,
): NamedInterval<WidthName> {
  const counts = { below: new Map<WidthName, number>(), above: new Map<WidthName, number>() };
  width.forEach((octaves, i) => {
    if (Number.isFinite(octaves)) return;
    const name = nameOf(onset[i] as number, collapse[i] as number);
    const side = octaves < 0 ? counts.below : counts.above;
    side.set(name, (side.get(name) ?? 0) + 1);
  });
  const commonest = (side: ReadonlyMap<WidthName, number>, none: WidthName): WidthName =>
    [...side].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0]?.[0] ?? none;
  const { low, high } = namedInterval<WidthName>(width, confidence, {
    below: commonest(counts.below, "never_steered"),
    above: commonest(counts.above, "never_collapsed"),
  });
  const shares = [...counts.below, ...counts.above].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    low,
    high,
    shares: Object.fromEntries(shares.map(([name, count]) => [name, count / width.length])),
  };
}

function nameOf(onset: number, collapse: number): WidthName {
  const reasons: NoWidth[] = [];
  if (!Number.isFinite(onset)) reasons.push(onset < 0 ? "steered_at_lowest" : "never_steered");
  if (!Number.isFinite(collapse)) reasons.push(collapse < 0 ? "collapsed_at_lowest" : "never_collapsed");
  return widthName(reasons);
}

export function safetyOf(
  { safety }: WindowDraws,
  confidence: number,
): { readonly value: number | SafetyName; readonly interval: NamedInterval<SafetyName> } {
  const value = median(safety);
  const names = { below: "never_steered", above: "never_collapsed" } as const;
  return {
    value: Number.isFinite(value) ? value : value < 0 ? names.below : names.above,
    interval: namedInterval<SafetyName>(safety, confidence, names),
  };
}
