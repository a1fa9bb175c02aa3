import { describe, expect, it } from "vitest";
import { isotonicDecreasing, isotonicIncreasing, unimodal } from "../../../src/statistics/fit/isotonic.js";
import { seededRandom } from "../../../src/util/random.js";

describe("isotonicIncreasing", () => {
  it("leaves what never falls alone, and pools all of what always falls", () => {
    expect(isotonicIncreasing([0, 0.2, 0.2, 1], [1, 1, 1, 1])).toEqual([0, 0.2, 0.2, 1]);
    expect(isotonicIncreasing([3, 2, 1], [1, 1, 2])).toEqual([1.75, 1.75, 1.75]);
  });

  it("is the best of all fits that pool neighbours", () => {
    const random = seededRandom("isotonic");
    for (let trial = 0; trial < 100; trial += 1) {
      const { values, weights } = draw(random, 1 + Math.floor(random() * 7));
      const best = bestPooling(values, weights, rises);
      isotonicIncreasing(values, weights).forEach((value, i) => {
        expect(value).toBeCloseTo(best[i] ?? Number.NaN, 10);
      });
    }
  });

  it("refuses a weight that is not positive", () => {
    expect(() => isotonicIncreasing([1], [0])).toThrow(RangeError);
    expect(() => isotonicIncreasing([1, 2], [1])).toThrow(RangeError);
  });
});

describe("isotonicDecreasing", () => {
  it("is the increasing fit of the negated values", () => {
    const values = [0.9, 1, 0.7, 0.8, 0.1];
    const weights = [1, 2, 3, 4, 5];
    const negated = isotonicIncreasing(
      values.map((value) => -value),
      weights,
    );
    isotonicDecreasing(values, weights).forEach((value, i) => {
      expect(value).toBeCloseTo(-(negated[i] ?? Number.NaN), 12);
    });
  });
});

describe("unimodal", () => {
  it("is the best of all fits that pool neighbours and have one peak", () => {
    const random = seededRandom("unimodal");
    for (let trial = 0; trial < 100; trial += 1) {
      const { values, weights } = draw(random, 1 + Math.floor(random() * 7));
      const best = bestPooling(values, weights, hasOnePeak);
      const { fit, mode } = unimodal(values, weights);
      expect(error(fit, values, weights)).toBeCloseTo(error(best, values, weights), 10);
      expect(rises(fit.slice(0, mode + 1))).toBe(true);
      expect(rises(fit.slice(mode).toReversed())).toBe(true);
    }
  });

  it("keeps the falling limb out of the rise", () => {
    expect(unimodal([0, 0.1, 1, 0.2, 0], [1, 1, 1, 1, 1])).toEqual({ fit: [0, 0.1, 1, 0.2, 0], mode: 2 });
  });

  it("is empty for no points", () => {
    expect(unimodal([], [])).toEqual({ fit: [], mode: -1 });
  });
});

function draw(random: () => number, n: number): { values: number[]; weights: number[] } {
  return {
    values: Array.from({ length: n }, () => random()),
    weights: Array.from({ length: n }, () => 1 + Math.floor(random() * 20)),
  };
}

/** Least squares by brute force: every way to cut the points into runs, each run at its mean. */
function bestPooling(values: number[], weights: number[], allowed: (fit: number[]) => boolean): number[] {
  let best: number[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (let cuts = 0; cuts < 2 ** (values.length - 1); cuts += 1) {
    const fit: number[] = [];
    for (let start = 0; start < values.length; ) {
      let end = start + 1;
      while (end < values.length && ((cuts >> (end - 1)) & 1) === 0) end += 1;
      const run = values.slice(start, end);
      const total = weights.slice(start, end).reduce((a, b) => a + b);
      const mean = run.reduce((sum, value, i) => sum + value * (weights[start + i] ?? 0), 0) / total;
      fit.push(...run.map(() => mean));
      start = end;
    }
    if (allowed(fit) && error(fit, values, weights) < least) {
      least = error(fit, values, weights);
      best = fit;
    }
  }
  return best;
}

function rises(fit: readonly number[]): boolean {
  return fit.every((value, i) => i === 0 || value >= (fit[i - 1] ?? value) - 1e-12);
}

function hasOnePeak(fit: readonly number[]): boolean {
  return fit.some((_, peak) => rises(fit.slice(0, peak + 1)) && rises(fit.slice(peak).toReversed()));
}

function error(fit: readonly number[], values: readonly number[], weights: readonly number[]): number {
  return fit.reduce((sum, value, i) => sum + (weights[i] ?? 0) * (value - (values[i] ?? 0)) ** 2, 0);
}
