import { describe, expect, it } from "vitest";
import { resampler } from "../../../src/statistics/fit/bootstrap.js";
import { percentileInterval } from "../../../src/statistics/fit/percentile-interval.js";
import type { OutcomeSeries } from "../../../src/statistics/outcomes.js";
import { seededRandom } from "../../../src/util/random.js";

const TASKS = Array.from({ length: 20 }, (_, i) => ({
  id: `t${i}`,
  values: i < 10 ? [1, 1] : i < 15 ? [0, 1] : [0, 0],
}));
const OUTCOMES: OutcomeSeries = { strengths: [1], points: [TASKS], baseline: TASKS };

function variance(values: number[]): number {
  const mean = values.reduce((a, b) => a + b) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

function rates(outcomes: OutcomeSeries, generalises: "these" | "like_these", replicates = 4000): number[] {
  const draw = resampler(outcomes, generalises);
  const random = seededRandom("test");
  return Array.from({ length: replicates }, () => draw(random).series.rates[0] ?? Number.NaN);
}

describe("resampler", () => {
  it("has the unbiased stratified variance for other samples of these tasks", () => {
    // 5 of 20 tasks have s^2 = 1/2 over 2 samples: sum of s^2 / 2 over tasks, divided by 20^2.
    expect(variance(rates(OUTCOMES, "these")) / ((5 * 0.25) / 400)).toBeCloseTo(1, 1);
  });

  it("has the unbiased variance of the task means for tasks like these", () => {
    const means = TASKS.map(({ values }) => ((values[0] ?? 0) + (values[1] ?? 0)) / 2);
    const unbiased = (variance(means) * 20) / 19 / 20;
    expect(variance(rates(OUTCOMES, "like_these")) / unbiased).toBeCloseTo(1, 1);
  });

  it("pools the tasks of a cell where a task has one sample, whose own variance is unknown", () => {
    const single = TASKS.map(({ id, values }) => ({ id, values: values.slice(0, 1) }));
    const outcomes = { strengths: [1], points: [single], baseline: single };
    expect(variance(rates(outcomes, "these"))).toBeGreaterThan(0.005);
  });

  it("redraws the same tasks at every strength and in the baseline", () => {
    const draw = resampler({ strengths: [1, 2], points: [TASKS, TASKS], baseline: TASKS }, "like_these");
    const random = seededRandom("same");
    for (let i = 0; i < 20; i += 1) {
      const { series, baseline } = draw(random);
      expect(series.rates).toEqual([baseline, baseline]);
    }
  });

  it("gives the same replicates for the same key and others for another", () => {
    const draw = resampler(OUTCOMES, "these");
    const first = (key: string) =>
      Array.from(
        { length: 5 },
        (
          (random) => () =>
            draw(random)
        )(seededRandom(key)),
      );
    expect(first("a")).toEqual(first("a"));
    expect(first("a")).not.toEqual(first("b"));
  });

  it("leaves out a strength at which nothing was scored", () => {
    const draw = resampler({ strengths: [1, 2], points: [[], TASKS], baseline: [] }, "these");
    const { series, baseline } = draw(seededRandom("missing"));
    expect(series.strengths).toEqual([2]);
    expect(baseline).toBeNull();
  });
});

describe("percentileInterval", () => {
  it("takes the order statistics that leave out the tails", () => {
    const values = Array.from({ length: 100 }, (_, i) => i + 1);
    expect(percentileInterval<never>(values, 0.9)).toEqual({ low: 5, high: 95, shares: {} });
  });

  it("ends in a name where the mass beyond the numbers reaches into the interval", () => {
    const never = { name: "never", side: "above" } as const;
    const some = percentileInterval([1, 2, 3, never], 0.5);
    expect(some).toEqual({ low: 1, high: 3, shares: { never: 0.25 } });
    expect(percentileInterval([1, 2, never, never], 0.5)).toEqual({
      low: 1,
      high: "never",
      shares: { never: 0.5 },
    });
  });

  it("counts a name that could be at either end against the interval at both", () => {
    const unknown = { name: "unknown", side: "either" } as const;
    expect(percentileInterval([1, 2, unknown, unknown], 0.5)).toMatchObject({
      low: "unknown",
      high: "unknown",
    });
  });
});

describe("seededRandom", () => {
  it("is uniform", () => {
    const random = seededRandom("uniform");
    const counts = Array<number>(16).fill(0);
    for (let i = 0; i < 16_000; i += 1) {
      const bin = Math.floor(random() * 16);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    const chi = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chi).toBeGreaterThan(4.6);
    expect(chi).toBeLessThan(32.8);
  });
});
