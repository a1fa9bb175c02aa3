import { type Axis, position, strengthAt } from "../series.js";
import type { Collapse, FittedWindow, NoWidth, Onset, Width } from "./fitted-window.js";
import { type NamedInterval, percentileInterval, type Replicate } from "./percentile-interval.js";

type End = Onset | Collapse;
export type EndName = Exclude<End["name"], "at">;
/** Several reasons are joined by "+". */
export type WidthName = NoWidth | `${NoWidth}+${NoWidth}`;

export interface WindowIntervals {
  readonly onset: NamedInterval<EndName>;
  readonly collapse: NamedInterval<EndName>;
  readonly width: NamedInterval<WidthName>;
  /** True where an end's interval was widened to the tested strengths that bracket it. */
  readonly gridLimited: { readonly onset: boolean; readonly collapse: boolean };
  /** Share of the replicates with a window: onset before collapse, or at least one end open towards a window. */
  readonly windowShare: number;
}

const OPEN_ENDS: readonly WidthName[] = [
  "never_collapsed",
  "steered_at_lowest",
  "steered_at_lowest+never_collapsed",
];
const SHUT_ENDS: readonly WidthName[] = [
  "never_steered",
  "collapsed_at_lowest",
  "never_steered+collapsed_at_lowest",
];

/**
 * Percentile intervals of a fitted window from bootstrap replicates of it. The data do not say how a curve bends between
 * two tested strengths, so an end's interval that is shorter than the step it lies in is widened to that step, a numeric
 * bound beside a name moves to the tested strength beyond it, and the width's bounds move by as much.
 */
export function windowIntervals(
  estimate: FittedWindow,
  replicates: readonly FittedWindow[],
  axis: Axis,
  confidence: number,
): WindowIntervals {
  const onsets = percentileInterval(
    replicates.map(({ onset }) => endReplicate(onset, axis)),
    confidence,
  );
  const collapses = percentileInterval(
    replicates.map(({ collapse }) => endReplicate(collapse, axis)),
    confidence,
  );
  const widths = replicates.map(({ width }) => widthReplicate(width));
  const width = percentileInterval(widths, confidence);
  const widen = (interval: NamedInterval<EndName>, name: "onset" | "collapse"): Widened =>
    typeof interval.low === "number" && typeof interval.high === "number" && estimate[name].name === "at"
      ? widenToStep(interval, estimate[name], axis)
      : moveToTested(
          interval,
          stepsOf(
            replicates.map((window) => window[name]),
            axis,
          ),
        );
  const onset = widen(onsets, "onset");
  const collapse = widen(collapses, "collapse");
  return {
    onset: toStrengths(onset.interval, axis),
    collapse: toStrengths(collapse.interval, axis),
    width: {
      low: typeof width.low === "number" ? width.low - onset.above - collapse.below : width.low,
      high: typeof width.high === "number" ? width.high + onset.below + collapse.above : width.high,
      shares: width.shares,
    },
    gridLimited: { onset: onset.widened, collapse: collapse.widened },
    windowShare: widths.filter(isWindow).length / widths.length,
  };
}

function endReplicate(end: End, axis: Axis): Replicate<EndName> {
  if (end.name === "at") return position(end.strength, axis);
  const below = end.name === "steered_at_lowest" || end.name === "collapsed_at_lowest";
  return { name: end.name, side: below ? "below" : "above" };
}

/** The name of a width that could not be placed. */
export function widthName(reasons: readonly NoWidth[]): WidthName {
  const [first, second] = reasons;
  if (first === undefined) throw new RangeError("widthName: no reason");
  return second === undefined ? first : `${first}+${second}`;
}

function widthReplicate(width: Width): Replicate<WidthName> {
  if (width.name === "at") return width.value;
  const name = widthName(width.reasons);
  if (OPEN_ENDS.includes(name)) return { name, side: "above" };
  return { name, side: SHUT_ENDS.includes(name) ? "below" : "either" };
}

function isWindow(width: Replicate<WidthName>): boolean {
  return typeof width === "number" ? width >= 0 : width.side === "above";
}

interface Widened {
  readonly interval: NamedInterval<EndName>;
  readonly widened: boolean;
  /** By how much each bound moved outwards. */
  readonly below: number;
  readonly above: number;
}

function widenToStep(interval: NamedInterval<EndName>, end: End, axis: Axis): Widened {
  const { low, high } = interval;
  if (end.name !== "at" || typeof low !== "number" || typeof high !== "number") {
    return { interval, widened: false, below: 0, above: 0 };
  }
  const after = position(end.after, axis);
  const by = position(end.by, axis);
  if (high - low >= by - after) return { interval, widened: false, below: 0, above: 0 };
  const wide = { ...interval, low: Math.min(low, after), high: Math.max(high, by) };
  return { interval: wide, widened: true, below: low - wide.low, above: wide.high - high };
}

/** For each position of an end among the replicates, the tested positions around it. */
type Steps = ReadonlyMap<number, { readonly after: number; readonly by: number }>;

function stepsOf(ends: readonly End[], axis: Axis): Steps {
  const steps = new Map<number, { after: number; by: number }>();
  for (const end of ends) {
    if (end.name !== "at") continue;
    steps.set(position(end.strength, axis), {
      after: position(end.after, axis),
      by: position(end.by, axis),
    });
  }
  return steps;
}

/** Where the end is not known to be a number, its step is not known either: each numeric bound is as wide as its own step. */
function moveToTested(interval: NamedInterval<EndName>, steps: Steps): Widened {
  const { low, high } = interval;
  const to = {
    low: typeof low === "number" ? (steps.get(low)?.after ?? low) : low,
    high: typeof high === "number" ? (steps.get(high)?.by ?? high) : high,
  };
  const moved = (from: number | EndName, by: number | EndName) =>
    typeof from === "number" && typeof by === "number" ? Math.abs(by - from) : 0;
  const [below, above] = [moved(low, to.low), moved(high, to.high)];
  return { interval: { ...interval, ...to }, widened: below + above > 0, below, above };
}

function toStrengths(interval: NamedInterval<EndName>, axis: Axis): NamedInterval<EndName> {
  const strength = (bound: number | EndName) => (typeof bound === "number" ? strengthAt(bound, axis) : bound);
  return { low: strength(interval.low), high: strength(interval.high), shares: interval.shares };
}
