import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { median, quantile } from "../../../src/statistics/posterior/summaries.js";
import { psignifitOverdispersions, supportOf } from "../../../src/statistics/psychometric/priors.js";
import { crossingOf } from "../../../src/statistics/psychometric/psychometric.js";
import {
  type PositionedCounts,
  type PsychometricOptions,
  psychometricPosterior,
} from "../../../src/statistics/psychometric/psychometric-posterior.js";
import { seededRandom } from "../../../src/util/random.js";
import { logistic } from "../posterior/planted.js";
import { dataSet, evidence } from "./posterior-evidence.js";

/** Psignifit 4's own prior, Beta(1, 10). */
const psignifitLapse = (lapse: number): number => 10 * (1 - lapse) ** 9;

interface Reference {
  readonly guess: number;
  readonly stimulus_range: readonly [number, number];
  readonly data_sets: readonly {
    readonly name: string;
    /** Position, hits, n. */
    readonly points: readonly (readonly [number, number, number])[];
    readonly threshold: Readonly<Record<"mean" | "median" | "low" | "high" | "width", number>>;
  }[];
}

const reference: Reference = JSON.parse(readFileSync(join(import.meta.dirname, "psignifit.json"), "utf8"));
const DRAWS = 4000;

function thresholds(data: readonly PositionedCounts[], options: PsychometricOptions): Float64Array {
  return psychometricPosterior(data, options).draws(DRAWS, seededRandom("draws")).threshold;
}

describe("the threshold agrees with psignifit's to a tenth of an octave", () => {
  const [from, to] = reference.stimulus_range;
  const options: PsychometricOptions = {
    support: supportOf("log", from, to),
    shape: "rise",
    baseline: { n: 1e5, hits: 1e5 * reference.guess },
  };
  const psignifits: PsychometricOptions = {
    ...options,
    lapse: psignifitLapse,
    overdispersions: psignifitOverdispersions([0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 0.95, 1]),
  };
  for (const { name, points, threshold } of reference.data_sets) {
    const data = points.map(([position, hits, n]) => ({ position, hits, n }));
    it(`${name}, under psignifit's priors`, () => {
      const draws = thresholds(data, psignifits);
      const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
      expect(Math.abs(mean - threshold.mean)).toBeLessThan(0.1);
      expect(Math.abs(median(draws) - threshold.median)).toBeLessThan(0.1);
      const sorted = draws.toSorted();
      const length = quantile(sorted, 0.975) - quantile(sorted, 0.025);
      expect(length / (threshold.high - threshold.low)).toBeGreaterThan(0.8);
      expect(length / (threshold.high - threshold.low)).toBeLessThan(1.25);
    });
    it(`${name}, under the project's own`, () => {
      expect(Math.abs(median(thresholds(data, options)) - threshold.median)).toBeLessThan(0.1);
    });
  }
});

describe("low ceilings and floors", () => {
  /** Share of the draws in which the curve does not reach the level between the ends. */
  const never = (hits: readonly number[]) => {
    const [from, to] = [-5, 3];
    const points = hits.map((count, k) => ({ position: k - 4, n: 16, hits: count }));
    const draws = psychometricPosterior(points, {
      support: supportOf("log", from, to),
      shape: "rise",
      baseline: { n: 32, hits: 0 },
    }).draws(DRAWS, seededRandom("ceiling"));
    const ends = draws.threshold.map((_, i) => crossingOf(draws, i, 0.5));
    return { never: ends.filter((x) => x > to).length / DRAWS, ceiling: median(draws.end) };
  };

  // Right values by 3 million importance draws from the priors.
  it("give a rise to a ceiling of .36 the probability never to reach one half that the priors imply", () => {
    const low = never([0, 0, 0, 5, 6, 5, 6]);
    expect(Math.abs(low.never - 0.93)).toBeLessThan(0.02);
    expect(Math.abs(low.ceiling - 0.36)).toBeLessThan(0.02);
    expect(Math.abs(never([0, 0, 0, 2, 4, 3, 4]).never - 0.755)).toBeLessThan(0.025);
  });

  it("leave a capability that wavers around its unsteered value a collapse that may lie anywhere", () => {
    const [from, to] = [-1, 8];
    const counts = [4, 7, 2, 4, 6, 8, 7, 6].map((hits, position) => ({ position, n: 8, hits }));
    const draws = psychometricPosterior(counts, {
      support: supportOf("log", from, to),
      shape: "fall",
      baseline: { n: 32, hits: 25 },
    }).draws(DRAWS, seededRandom("floor"));
    const ends = draws.threshold.map((_, i) => crossingOf(draws, i, 0.9 * (draws.start[i] ?? 0)));
    const share = (holds: (x: number) => boolean) => ends.filter(holds).length / DRAWS;
    expect(Math.abs(share((x) => x > to) - 0.577)).toBeLessThan(0.025);
    expect(Math.abs(share((x) => x < 2) - 0.025)).toBeLessThan(0.01);
  });

  it("agree with importance sampling from the priors on data of every kind", () => {
    const checked = Array.from({ length: 14 }, (_, k) =>
      evidence(dataSet(seededRandom(`set ${k}`)), 60_000, `set ${k}`),
    ).filter((found) => found.effective > 500);
    expect(checked.length).toBeGreaterThan(8);
    for (const { probability, octaves } of checked) {
      expect(probability).toBeLessThan(0.05);
      expect(octaves).toBeLessThan(0.1);
    }
  });
});

describe("the posterior of a psychometric function", () => {
  const support = supportOf("log", -5, 5);
  const options: PsychometricOptions = { support, shape: "fall", baseline: { n: 160, hits: 155 } };
  const sampled = (n: number): PositionedCounts[] => {
    const random = seededRandom("fall");
    return Array.from({ length: 15 }, (_, k) => {
      const position = -3.5 + k / 2;
      const rate = 0.97 * (1 - logistic(position, 0.7, 1.3));
      return { position, n, hits: Array.from({ length: n }, () => random()).filter((u) => u < rate).length };
    });
  };

  it("concentrates at the planted threshold as samples grow", () => {
    const draws = thresholds(sampled(4000), options).toSorted();
    expect(Math.abs(median(draws) - 0.7)).toBeLessThan(0.02);
    expect(quantile(draws, 0.975) - quantile(draws, 0.025)).toBeLessThan(0.1);
  });

  it("does not depend on the order of the data, nor on how one position's samples are divided", () => {
    const data = sampled(16);
    const halves = data.flatMap(({ position, n, hits }) => [
      { position, n: n / 2, hits: Math.floor(hits / 2) },
      { position, n: n / 2, hits: Math.ceil(hits / 2) },
    ]);
    const draws = thresholds(data, options);
    expect(thresholds(data.toReversed(), options)).toEqual(draws);
    expect(thresholds(halves.toReversed(), options)).toEqual(draws);
  });

  it("moves its median by less than .01 octave on a grid twice as fine", () => {
    const data = sampled(64);
    const middle = (fineness: number) =>
      median(
        psychometricPosterior(data, { ...options, fineness }).draws(20_000, seededRandom("draws")).threshold,
      );
    expect(Math.abs(middle(2) - middle(1))).toBeLessThan(0.01);
  });

  it("leaves the prior where nothing was sampled", () => {
    const draws = thresholds([], options).toSorted();
    const { low, high } = support.threshold;
    expect(Math.abs(quantile(draws, 0.25) - (low + 0.25 * (high - low)))).toBeLessThan(0.3);
    expect(Math.abs(quantile(draws, 0.75) - (low + 0.75 * (high - low)))).toBeLessThan(0.3);
  });

  it("sees more overdispersion in counts that vary more than binomial ones", () => {
    const data = sampled(100);
    const wild = data.map((point, k) => ({
      ...point,
      hits: Math.max(0, point.hits - (k % 2 === 0 ? 0 : 0.3 * point.hits)),
    }));
    const eta = (counts: readonly PositionedCounts[]) =>
      psychometricPosterior(counts, options).overdispersion.reduce(
        (sum, one) => sum + one.eta * one.weight,
        0,
      );
    expect(eta(data)).toBeLessThan(0.04);
    expect(eta(wild)).toBeGreaterThan(0.15);
  });

  it("crosses a level where its closed form says", () => {
    const draws = {
      threshold: Float64Array.of(1),
      slope: Float64Array.of(2),
      start: Float64Array.of(1),
      end: Float64Array.of(0),
    };
    expect(crossingOf(draws, 0, 0.9)).toBeCloseTo(1 - Math.log(9) / 2, 12);
    expect(crossingOf({ ...draws, end: Float64Array.of(0.95) }, 0, 0.9)).toBe(Number.POSITIVE_INFINITY);
  });
});
