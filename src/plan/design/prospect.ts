import type { Belief } from "./belief.js";
import type { CurveDraw } from "./curve-belief.js";
import { rateAt } from "./curve-belief.js";
import type { Lattice } from "./lattice.js";
import { type LinearGain, linearGain } from "./linear-gain.js";

export type SampleKind = "question" | "task";

/** Places where samples of one kind would tell something of one end. */
export interface EndProspect {
  readonly kind: SampleKind;
  readonly positions: readonly number[];
  readonly gain: LinearGain;
}

const MOST_PLACES = 40;
/** Draws beyond these quantiles count as lying at them: an interval at 95 % does not care how far out they are. */
const TAIL = 0.0125;

/** Question samples tell of the onset. */
export function onsetProspect(
  belief: Belief,
  lattice: Lattice,
  tested: ReadonlySet<number> | null,
): EndProspect {
  const places = placesAbout(belief.rise, lattice, 0.5, tested);
  return {
    kind: "question",
    positions: places,
    gain: linearGain(
      tame(belief.onset, lattice),
      places.map((x) =>
        Float64Array.from(belief.rise, (draw, i) => {
          const intact = belief.intact[i];
          return rateAt(draw, x) * (intact === undefined ? 1 : rateAt(intact, x));
        }),
      ),
    ),
  };
}

/** Task samples tell of the collapse. */
export function collapseProspect(
  belief: Belief,
  lattice: Lattice,
  tested: ReadonlySet<number> | null,
): EndProspect {
  const places = placesAbout(belief.capability, lattice, 0.75, tested);
  return {
    kind: "task",
    positions: places,
    gain: linearGain(
      tame(belief.collapse, lattice),
      places.map((x) => Float64Array.from(belief.capability, (draw) => rateAt(draw, x))),
    ),
  };
}

/** Lattice places within `reach` widths of where the curves change. `tested` ones are left out. */
function placesAbout(
  draws: readonly CurveDraw[],
  { positions }: Lattice,
  reach: number,
  tested: ReadonlySet<number> | null,
): number[] {
  const from = quantile(
    draws.map(({ middle, width }) => middle - reach * width),
    0.02,
  );
  const to = quantile(
    draws.map(({ middle, width }) => middle + reach * width),
    0.98,
  );
  const free = tested === null ? positions : positions.filter((x) => !tested.has(x));
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

/** Draws as finite numbers: *never* lies one unit beyond the numbers, the outermost draws at their quantile. */
function tame(end: Float64Array, { low, high, unit }: Lattice): Float64Array {
  const finite = end.filter((x) => Number.isFinite(x));
  const beyond = finite.reduce((most, x) => Math.max(most, x), finite.length === 0 ? high : low) + unit;
  const clamped = end.map((x) => (Number.isFinite(x) ? Math.max(x, low - unit) : beyond));
  const sorted = clamped.toSorted();
  const least = sorted[Math.floor(TAIL * sorted.length)] ?? low;
  const most = sorted[Math.ceil((1 - TAIL) * sorted.length) - 1] ?? high;
  return clamped.map((x) => Math.min(most, Math.max(least, x)));
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.floor(share * sorted.length)))] ?? 0;
}
