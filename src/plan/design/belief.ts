import type { WindowLevels } from "../../statistics/fit/fitted-window.js";
import { supportOf } from "../../statistics/psychometric/priors.js";
import { crossingOf, type PsychometricDraws, rateAt } from "../../statistics/psychometric/psychometric.js";
import {
  type PsychometricOptions,
  psychometricPosterior,
} from "../../statistics/psychometric/psychometric-posterior.js";
import type { Random } from "../../util/random.js";
import type { ConditionCounts, Count } from "./counts.js";
import type { Lattice } from "./lattice.js";

/** The i-th entries belong together: each is one possible truth about the condition, all equally likely. */
export interface Belief {
  readonly rise: PsychometricDraws;
  readonly intact: PsychometricDraws;
  readonly capability: PsychometricDraws;
  /** Positions; Infinity: never steered. */
  readonly onset: Float64Array;
  /** Infinity: never collapsed. */
  readonly collapse: Float64Array;
}

const DRAWS = 240;
/** One overdispersion in place of the whole prior: it costs a fifth and moves the chosen strengths little. */
const OVERDISPERSION = [{ eta: 0.1, weight: 1 }] as const;
const STEPS_A_UNIT = 8;

/**
 * A quick posterior of one condition's three curves, with few draws, by which samples are placed. The reported posterior
 * decides whether the sampling stops.
 */
export function beliefOf(
  counts: ConditionCounts,
  lattice: Lattice,
  levels: WindowLevels,
  random: Random,
): Belief {
  const support = supportOf(lattice.axis, lattice.low, lattice.high);
  const draws = (data: readonly Count[], shape: PsychometricOptions["shape"], baseline: Count) =>
    psychometricPosterior(
      data.map(({ x, n, hits }) => ({ position: x, n, hits })),
      { support, shape, baseline, overdispersions: OVERDISPERSION },
    ).draws(DRAWS, random);
  const { baseline } = counts;
  const rise = draws(counts.rise, "rise", baseline.rise);
  const intact = draws(counts.intact, "fall", baseline.intact);
  const capability = draws(counts.capability, "fall", baseline.capability);
  return {
    rise,
    intact,
    capability,
    onset: Float64Array.from({ length: DRAWS }, (_, i) => onsetOf(rise, intact, i, levels.target, lattice)),
    collapse: Float64Array.from({ length: DRAWS }, (_, i) => {
      const x = crossingOf(capability, i, levels.capability * (capability.start[i] ?? 0));
      return x > lattice.high ? Number.POSITIVE_INFINITY : x;
    }),
  };
}

/** Lowest position at which rise x intact reaches the level, to an eighth of a step. */
function onsetOf(
  rise: PsychometricDraws,
  intact: PsychometricDraws,
  i: number,
  level: number,
  { low, high, unit }: Lattice,
): number {
  const step = unit / STEPS_A_UNIT;
  let x = Math.max(low, crossingOf(rise, i, level));
  while (x <= high) {
    const whole = rateAt(intact, i, x);
    if (rateAt(rise, i, x) * whole >= level) return x;
    // The intact share only falls from here on, so a level that is out of reach now stays so.
    if (whole <= level) break;
    x = Math.max(x + step / STEPS_A_UNIT, Math.min(x + step, crossingOf(rise, i, level / whole)));
  }
  return Number.POSITIVE_INFINITY;
}
