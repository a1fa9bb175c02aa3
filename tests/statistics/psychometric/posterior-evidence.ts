import { supportOf } from "../../../src/statistics/psychometric/priors.js";
import { crossingOf, type PsychometricDraws } from "../../../src/statistics/psychometric/psychometric.js";
import { psychometricPosterior } from "../../../src/statistics/psychometric/psychometric-posterior.js";
import { type Random, randomIndex, seededRandom } from "../../../src/util/random.js";
import { type ExactData, effective, exactPosterior, weighedQuantile } from "./exact-posterior.js";

/** How far the posterior of one data set is from the exact one. */
export interface Evidence {
  /** Effective number of exact draws: the errors include theirs. */
  readonly effective: number;
  /** Largest error of the probabilities that the end lies above, or below, the range. */
  readonly probability: number;
  /** Largest error, in octaves, of the end's quantiles .025, .5 and .975, beyond what .015 of probability explains. */
  readonly octaves: number;
}

const FROM = -5;
const TO = 5;
const QUANTILES = [0.025, 0.5, 0.975];
/** Standard error of a probability of .5 by 4,000 draws, twice. */
const SLACK = 0.015;
const DRAWS = 4000;

/** Data of every kind: low and high ceilings, steep and gentle, beyond the range, falling where they should rise, overdispersed. */
export function dataSet(random: Random): ExactData {
  const one = <T>(values: readonly T[]): T => values[randomIndex(random, values.length)] as T;
  const shape = one(["rise", "fall"] as const);
  const step = one([0.25, 0.5, 1]);
  const count = 7 + randomIndex(random, 9);
  const first = -step * Math.floor(count / 2) + random() - 0.5;
  const n = one([4, 8, 16, 32]);
  const baseline = one([16, 64, 160]);
  const start = shape === "rise" ? one([0, 0.02, 0.1]) : one([0.5, 0.8, 0.97]);
  const end = one([0, 0.2, 0.4, 0.7, 0.97]);
  const middle = -4 + 9 * random();
  const width = Math.exp(-1 + 2.5 * random());
  const scatter = one([0, 0, 0.15]);
  const hits = (size: number, p: number) => {
    const rate = Math.min(1, Math.max(0, p + scatter * (random() - 0.5)));
    return Array.from({ length: size }, () => random()).filter((u) => u < rate).length;
  };
  return {
    shape,
    support: supportOf("log", FROM, TO),
    baseline: { n: baseline, hits: hits(baseline, start) },
    points: Array.from({ length: count }, (_, k) => {
      const position = first + k * step;
      const share = 1 / (1 + Math.exp((-2 * Math.log(19) * (position - middle)) / width));
      return { position, n, hits: hits(n, start + (end - start) * share) };
    }),
  };
}

export function evidence(data: ExactData, exactDraws: number, seed: string): Evidence {
  const exact = exactPosterior(data, exactDraws, seededRandom(`${seed}/exact`));
  const { shape, support, baseline, points } = data;
  const draws = psychometricPosterior(points, { shape, support, baseline }).draws(DRAWS, seededRandom(seed));
  const equal = new Float64Array(DRAWS).fill(1 / DRAWS);
  const [own, right] = [endsOf(draws, shape), endsOf(exact, shape)];
  const probability = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((side) =>
    Math.abs(massAt(own, equal, side) - massAt(right, exact.weights, side)),
  );
  const octaves = QUANTILES.map((share) => {
    const at = weighedQuantile(right, exact.weights, share);
    const low = weighedQuantile(own, equal, Math.max(0, share - SLACK));
    const high = weighedQuantile(own, equal, Math.min(1, share + SLACK));
    return low <= at && at <= high ? 0 : Math.min(Math.abs(at - low), Math.abs(at - high));
  });
  return {
    effective: effective(exact),
    probability: Math.max(...probability),
    octaves: Math.max(...octaves),
  };
}

/** Where each function reaches .5 (a rise) or .9 of its start (a fall); infinite beyond the range. */
function endsOf(draws: PsychometricDraws, shape: ExactData["shape"]): Float64Array {
  return draws.threshold.map((_, i) => {
    const level = shape === "rise" ? 0.5 : 0.9 * (draws.start[i] ?? 0);
    const x = crossingOf(draws, i, level);
    return x > TO ? Number.POSITIVE_INFINITY : x < FROM ? Number.NEGATIVE_INFINITY : x;
  });
}

function massAt(values: Float64Array, weights: Float64Array, side: number): number {
  return values.reduce((sum, value, i) => (value === side ? sum + (weights[i] as number) : sum), 0);
}
