import type { WindowLevels } from "../../statistics/fitted-window.js";
import { type Random, randomIndex } from "../../statistics/random.js";
import type { ConditionCounts, Count } from "./counts.js";
import { type CurveDraw, drawCurves, type Plateau, positionOfRate, rateAt } from "./curve-belief.js";
import type { Lattice } from "./lattice.js";

/** The i-th entries belong together: one way the condition may be, all equally likely. */
export interface Belief {
  readonly rise: readonly CurveDraw[];
  readonly intact: readonly CurveDraw[];
  readonly capability: readonly CurveDraw[];
  /** Positions; Infinity: never steered. */
  readonly onset: Float64Array;
  /** Infinity: never collapsed. */
  readonly collapse: Float64Array;
}

const DRAWS = 240;
/** Widths from .05 to .95 in the lattice's unit (octaves). */
const WIDTHS = [0.2, 0.4, 0.7, 1.1, 1.7, 2.6, 4];
/** Highest target rates that steering may reach, of intact responses. */
const CEILINGS: readonly (readonly [number, number])[] = [
  [0.995, 0.4],
  [0.95, 0.25],
  [0.85, 0.15],
  [0.65, 0.1],
  [0.4, 0.06],
  [0.15, 0.04],
];

/**
 * What is believed of one condition's curves, for placing samples only: the three curves apart, samples independent.
 * The interval that stops the sampling is the reported posterior's.
 */
export function beliefOf(
  counts: ConditionCounts,
  lattice: Lattice,
  levels: WindowLevels,
  random: Random,
): Belief {
  const { low, high, unit } = lattice;
  const widths = WIDTHS.map((width) => width * unit);
  const prior = { low: low - unit, high: high + 2 * unit, widths };
  const curves = (data: readonly Count[], plateaus: readonly Plateau[]) =>
    shuffled(drawCurves(data, { ...prior, plateaus }, DRAWS, random()), random);
  const guess = (counts.baseline.rise.hits + 0.05) / (counts.baseline.rise.n + 1);
  const rise = curves(
    counts.rise,
    CEILINGS.map(([after, weight]) => ({ before: Math.min(guess, after / 2), after, weight })),
  );
  const intact = curves(counts.intact, falling(counts.baseline.intact));
  const capability = curves(counts.capability, falling(counts.baseline.capability));
  return {
    rise,
    intact,
    capability,
    onset: Float64Array.from(rise, (draw, i) => onsetOf(draw, intact[i], levels.target, lattice)),
    collapse: Float64Array.from(capability, (draw) => {
      const x = positionOfRate(draw, levels.capability * draw.before);
      return x > high ? Number.POSITIVE_INFINITY : x;
    }),
  };
}

/** Plateaus of a curve that falls to 0 from the unsteered rate, which its baseline says as well as it can. */
function falling({ n, hits }: Count): Plateau[] {
  const rate = (hits + 1) / (n + 1.5);
  const error = Math.sqrt((rate * (1 - rate)) / (n + 1.5));
  return [
    [-1.22, 0.3],
    [0, 0.4],
    [1.22, 0.3],
  ].map(([z = 0, weight = 0]) => ({
    before: Math.min(0.999, Math.max(0.01, rate + z * error)),
    after: 0,
    weight,
  }));
}

/** Lowest position at which rise x intact reaches the level. */
function onsetOf(rise: CurveDraw, intact: CurveDraw | undefined, level: number, lattice: Lattice): number {
  if (rise.after <= level || intact === undefined) return Number.POSITIVE_INFINITY;
  let x = rise.before >= level ? lattice.low : positionOfRate(rise, level);
  const step = lattice.unit / 8;
  for (let i = 0; i < 24 && x <= lattice.high; i += 1) {
    const needed = level / rateAt(intact, x);
    if (rateAt(rise, x) >= needed) return x;
    if (needed >= rise.after) return Number.POSITIVE_INFINITY;
    x = Math.max(x + step / 8, Math.min(x + step, positionOfRate(rise, needed)));
  }
  return Number.POSITIVE_INFINITY;
}

function shuffled<T>(items: T[], random: Random): T[] {
  for (let i = items.length - 1; i > 0; i -= 1) {
    const j = randomIndex(random, i + 1);
    const a = items[i];
    const b = items[j];
    if (a !== undefined && b !== undefined) [items[i], items[j]] = [b, a];
  }
  return items;
}
