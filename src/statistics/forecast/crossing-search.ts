/** A point of a curve that is above 0 before its crossing and at or below 0 past it. */
export interface Probe {
  /** log2 of a strength, or the strength itself. */
  readonly x: number;
  readonly value: number;
}

export interface CrossingSearch {
  readonly from: number;
  readonly to: number;
  /** A root is accepted when the local slope puts it within this of a probe, or its bracket is no wider than twice this. */
  readonly tolerance: number;
  /** The first probe; null means the middle. */
  readonly guess: number | null;
  /** Expected fall of the curve per unit of x, which determines the steps towards the crossing. */
  readonly slope: number;
  /** Longest and shortest step on the way to a bracket. */
  readonly longest: number;
  readonly shortest: number;
}

type CrossingEnd =
  | { readonly name: "at"; readonly x: number }
  | { readonly name: "never" }
  | { readonly name: "at_lowest" };

/** Factor by which a step towards a crossing exceeds what the slope suggests, so that it tends to land past it. */
const OVERSHOOT = 1.15;
/** A probe inside a bracket keeps this share of it away from either end. */
const MARGIN = 0.04;

/**
 * The next probe, given all probes so far in any order; null when the crossing is known. The crossing is the first
 * one from below among the probes. Steps by the expected slope until two neighbours bracket it, then regula falsi.
 */
export function nextProbe(search: CrossingSearch, probes: readonly Probe[]): number | null {
  const { from, to } = search;
  const sorted = ascending(probes);
  const past = sorted.findIndex(({ value }) => value <= 0);
  const [lowest] = sorted;
  const highest = sorted.at(-1);
  if (lowest === undefined || highest === undefined) return clamp(search.guess ?? (from + to) / 2, from, to);
  if (past < 0) return highest.x >= to ? null : Math.min(to, highest.x + step(search, highest.value));
  if (past === 0) return lowest.x <= from ? null : Math.max(from, lowest.x - step(search, -lowest.value));
  const low = sorted[past - 1] as Probe;
  const high = sorted[past] as Probe;
  if (settled(search, low, high)) return null;
  const width = high.x - low.x;
  const root = rootBetween(low, high);
  // If one end stays in place for long, the chord converges slowly: bisect instead.
  const stuck = probes.length >= 4 && stayed(probes, low, high);
  return stuck ? (low.x + high.x) / 2 : clamp(root, low.x + MARGIN * width, high.x - MARGIN * width);
}

/** The result once `nextProbe` is null. `never` if the curve stays above 0 up to the highest probe. */
export function crossing(probes: readonly Probe[]): CrossingEnd {
  const sorted = ascending(probes);
  const past = sorted.findIndex(({ value }) => value <= 0);
  if (past < 0) return { name: "never" };
  if (past === 0) return { name: "at_lowest" };
  return { name: "at", x: rootBetween(sorted[past - 1] as Probe, sorted[past] as Probe) };
}

function settled({ tolerance }: CrossingSearch, low: Probe, high: Probe): boolean {
  if (high.x - low.x <= 2 * tolerance) return true;
  const root = rootBetween(low, high);
  return Math.min(root - low.x, high.x - root) <= tolerance / 2;
}

/** Whether the last two probes moved the same end of the bracket. */
function stayed(probes: readonly Probe[], low: Probe, high: Probe): boolean {
  const moved = [low, high].filter((end) => probes.indexOf(end) >= probes.length - 2);
  return (
    moved.length === 1 &&
    probes.slice(-2).every((probe) => probe.value <= 0 === (moved[0] as Probe).value <= 0)
  );
}

function rootBetween(low: Probe, high: Probe): number {
  const share = low.value / (low.value - high.value);
  return low.x + share * (high.x - low.x);
}

function step({ slope, longest, shortest }: CrossingSearch, fall: number): number {
  return clamp((OVERSHOOT * fall) / slope, shortest, longest);
}

function ascending(probes: readonly Probe[]): readonly Probe[] {
  return [...probes].sort((a, b) => a.x - b.x);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
