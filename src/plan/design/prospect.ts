import { type PsychometricDraws, rateAt, WIDTH_LOGITS } from "../../statistics/psychometric/psychometric.js";
import type { Belief } from "./belief.js";
import type { Count } from "./counts.js";
import type { Lattice } from "./lattice.js";
import { type LinearGain, linearGain } from "./linear-gain.js";

export type SampleKind = "question" | "task";

/** Positions where samples of one kind would inform one end. */
export interface EndProspect {
  readonly kind: SampleKind;
  readonly positions: readonly number[];
  readonly gain: LinearGain;
}

const MOST_PLACES = 40;
/** Candidate positions, in widths (from .05 to .95) from where a curve changes. */
const REACH = 0.75;
/** Draws beyond these quantiles are moved to them, since a 95 % interval does not depend on how far out they are. */
const TAIL = 0.0125;

/** The samples of a kind so far: where more of the same add nothing (`samplable` false), sampled positions are used up. */
interface Taken {
  readonly counts: readonly Count[];
  readonly samplable: boolean;
}

/** Question samples inform the onset. */
export function onsetProspect({ rise, intact, onset }: Belief, lattice: Lattice, taken: Taken): EndProspect {
  const positions = placesAbout(rise, lattice, taken);
  const rates = positions.map((x) =>
    Float64Array.from(onset, (_, i) => rateAt(rise, i, x) * rateAt(intact, i, x)),
  );
  return {
    kind: "question",
    positions,
    gain: linearGain(tame(onset, lattice), rates, positions.map(takenAt(taken, lattice))),
  };
}

/** Task samples inform the collapse. */
export function collapseProspect(
  { capability, collapse }: Belief,
  lattice: Lattice,
  taken: Taken,
): EndProspect {
  const positions = placesAbout(capability, lattice, taken);
  const rates = positions.map((x) => Float64Array.from(collapse, (_, i) => rateAt(capability, i, x)));
  return {
    kind: "task",
    positions,
    gain: linearGain(tame(collapse, lattice), rates, positions.map(takenAt(taken, lattice))),
  };
}

function placesAbout({ threshold, slope }: PsychometricDraws, lattice: Lattice, taken: Taken): number[] {
  const at = takenAt(taken, lattice);
  const end = (sign: number) =>
    threshold.map((middle, i) => middle + (sign * REACH * WIDTH_LOGITS) / (slope[i] ?? 1)).toSorted();
  const from = quantile(end(-1), 0.02);
  const to = quantile(end(1), 0.98);
  const free = taken.samplable ? lattice.positions : lattice.positions.filter((x) => at(x) === 0);
  const inside = free.filter((x) => x >= from && x <= to);
  const wanted = inside.length === 0 ? free : inside;
  const step = Math.max(1, wanted.length / MOST_PLACES);
  const places: number[] = [];
  for (let i = 0; Math.floor(i) < wanted.length; i += step) {
    const place = wanted[Math.floor(i)];
    if (place !== undefined) places.push(place);
  }
  return places;
}

function takenAt({ counts }: Taken, { unit }: Lattice): (place: number) => number {
  return (place) =>
    counts.reduce((n, count) => (Math.abs(count.x - place) < 1e-4 * unit ? n + count.n : n), 0);
}

/** Draws as finite numbers: *never* lies one unit beyond the numbers, and the outermost draws lie at a quantile. */
function tame(end: Float64Array, { low, high, unit }: Lattice): Float64Array {
  const finite = end.filter((x) => Number.isFinite(x));
  const beyond = finite.reduce((most, x) => Math.max(most, x), finite.length === 0 ? high : low) + unit;
  const clamped = end.map((x) => (x === Number.POSITIVE_INFINITY ? beyond : Math.max(x, low - unit)));
  const sorted = clamped.toSorted();
  const least = quantile(sorted, TAIL);
  const most = quantile(sorted, 1 - TAIL);
  return clamped.map((x) => Math.min(most, Math.max(least, x)));
}

function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
