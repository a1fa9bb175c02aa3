import { describe, expect, it } from "vitest";
import { benjaminiHochberg } from "../../../src/statistics/trend/benjamini-hochberg.js";
import {
  type HierarchicalTrend,
  hierarchicalTrend,
} from "../../../src/statistics/trend/hierarchical-trend.js";
import { standardNormal } from "../../../src/statistics/trend/hierarchical-trend-random.js";
import type { TrendCell } from "../../../src/statistics/trend/trend-options.js";
import { slopeTail, trendVerdict } from "../../../src/statistics/trend/trend-verdict.js";
import { purchasePlan } from "../../../src/statistics/trend/trend-verdict-purchase.js";
import { varianceSplit } from "../../../src/statistics/trend/variance-split.js";
import { seededRandom } from "../../../src/util/random.js";

type Fitted = Extract<HierarchicalTrend, { kind: "fitted" }>;

const RULE = { smallest: 0.1, alpha: 0.05, adjusted: null, bounded: null };

/** Spreads of a plan: every draw of the chains is the same. */
function trendWith(
  spreads: { rung: number; interaction: number; vector: number | null },
  low = -1,
  high = 1,
): Fitted {
  const chain = (sd: number) => [Float64Array.of(sd, sd)];
  const spread = { median: 0, low: 0, high: 0 };
  return {
    kind: "fitted",
    slope: { mean: 0, sd: 0.1, negative: 0.5, low, high },
    spreads: { question: spread, rung: spread, interaction: spread, vector: null },
    sensitivity: [],
    rungs: 4,
    questions: 8,
    cells: { at: 32, below: 0, above: 0 },
    effectiveDraws: 2,
    rHat: 1,
    chains: {
      slope: chain(0),
      question: chain(0.3),
      rung: chain(spreads.rung),
      interaction: chain(spreads.interaction),
      vector: spreads.vector === null ? null : chain(spreads.vector),
    },
  };
}

describe("trendVerdict", () => {
  const slope = (low: number, high: number) =>
    trendWith({ rung: 0, interaction: 0, vector: null }, low, high);

  const verdictOf = (trend: HierarchicalTrend, rule: Partial<Parameters<typeof trendVerdict>[1]> = {}) =>
    trendVerdict(trend, { ...RULE, ...rule }).verdict;

  it("says shrinks, does not, or cannot tell, by where the interval lies", () => {
    expect(verdictOf(slope(-0.4, -0.1))).toBe("shrinks");
    expect(verdictOf(slope(-0.05, 0.3))).toBe("does not");
    expect(verdictOf(slope(-0.3, 0.1))).toBe("cannot tell");
    expect(verdictOf(slope(-0.06, -0.02))).toBe("shrinks");
    expect(verdictOf({ kind: "not_fitted", reason: "" })).toBe("cannot tell");
  });

  it("asks more of one among several", () => {
    expect(verdictOf(slope(-0.4, -0.1), { adjusted: 0.08 })).toBe("cannot tell");
    expect(verdictOf(slope(-0.4, -0.1), { adjusted: 0.04 })).toBe("shrinks");
  });

  it("cannot tell what another prior of the rungs' spread takes back", () => {
    const under = (low: number, high: number): Fitted["sensitivity"] => [
      { scale: 1, slope: { mean: 0, sd: 1, low, high, negative: 0.5 } },
    ];
    const reason = "it depends on the prior of the rungs' spread";
    const shrinking = { ...slope(-0.4, -0.1), sensitivity: under(-0.6, 0.1) };
    expect(trendVerdict(shrinking, RULE)).toEqual({ verdict: "cannot tell", reason });
    const staying = { ...slope(-0.05, 0.3), sensitivity: under(-0.2, 0.4) };
    expect(trendVerdict(staying, RULE)).toEqual({ verdict: "cannot tell", reason });
    expect(verdictOf({ ...shrinking, sensitivity: under(-0.6, -0.05) })).toBe("shrinks");
  });

  it("cannot tell anything from chains that have not mixed", () => {
    expect(trendVerdict({ ...slope(-0.4, -0.1), rHat: 1.31 }, RULE)).toEqual({
      verdict: "cannot tell",
      reason: "its chains have not mixed (R-hat 1.31)",
    });
  });

  it("does not say of windows that it does not shrink where those that are never steered could have done so", () => {
    const bounded = { mean: -0.3, sd: 0.1, low: -0.5, high: -0.1, negative: 1 };
    expect(trendVerdict(slope(-0.05, 0.3), { ...RULE, bounded })).toEqual({
      verdict: "cannot tell",
      reason: "it depends on where windows that are never steered are put",
    });
    expect(verdictOf(slope(-0.4, -0.1), { bounded })).toBe("shrinks");
    expect(verdictOf(slope(-0.4, -0.1), { bounded: { ...bounded, mean: 0.2, high: 0.4 } })).toBe(
      "cannot tell",
    );
  });

  it("has a two-sided tail", () => {
    expect(slopeTail({ mean: 0, sd: 1, low: -1, high: 1, negative: 0.99 })).toBeCloseTo(0.02, 12);
  });
});

describe("benjaminiHochberg", () => {
  it("adjusts as R's p.adjust does", () => {
    expect(benjaminiHochberg([0.01, 0.02, 0.03, 0.5])).toEqual([0.04, 0.04, 0.04, 0.5]);
    expect(benjaminiHochberg([0.5, 0.001])).toEqual([0.5, 0.002]);
    expect(benjaminiHochberg([])).toEqual([]);
  });
});

describe("purchasePlan", () => {
  const design = { sizes: [0, 1, 2, 3], questions: 8, vectors: 2, samplingVariance: 0.01 };

  it("gives questions a halving for each four times as many where they differ most over the rungs", () => {
    const { options } = purchasePlan(trendWith({ rung: 0.001, interaction: 0.5, vector: 0.05 }), design);
    const found = Object.fromEntries(options.map((option) => [option.purchase, option.halvings]));
    expect(found.questions).toBeCloseTo(0.5, 2);
    expect(found.vectors).toBeLessThan(0.02);
    expect(found.samples).toBeLessThan(0.02);
  });

  it("gives questions nothing where the rungs' own spread is all", () => {
    const { options, floor, sd } = purchasePlan(
      trendWith({ rung: 0.5, interaction: 0.01, vector: 0.01 }),
      design,
    );
    const found = Object.fromEntries(options.map((option) => [option.purchase, option]));
    expect(floor).toBeCloseTo(sd, 3);
    expect(found.questions?.halvings).toBeLessThan(0.01);
    expect(found.seeds?.sd).toBeCloseTo(sd / Math.SQRT2, 6);
    // Sum of squares of 0 .. 3 is 5, of 0 .. 4 it is 10.
    expect(found.rungs?.sd).toBeCloseTo(sd / Math.SQRT2, 6);
    expect(options[0]?.purchase).toBe("rungs");
  });

  it("puts samples or vectors first where they are the noise, and does not know vectors that were never several", () => {
    const noisy = purchasePlan(trendWith({ rung: 0.001, interaction: 0.001, vector: 0.8 }), design).options;
    const known = Object.fromEntries(noisy.map((option) => [option.purchase, option.halvings]));
    expect(known.vectors).toBeCloseTo(0.5, 2);
    const single = purchasePlan(trendWith({ rung: 0.1, interaction: 0.1, vector: null }), design).options;
    expect(single.at(-1)).toMatchObject({ purchase: "vectors", sd: null, halvings: null });
  });
});

describe("varianceSplit", () => {
  it("finds the shares of vector, question, task and sampling", () => {
    const random = seededRandom("split");
    const normal = (sd: number) => sd * standardNormal(random);
    const draws = (sd: number) => Float64Array.from({ length: 1000 }, () => normal(sd));
    const cells = Array.from({ length: 20 }).flatMap((_, q) => {
      const own = normal(0.4);
      return [1, 2, 4, 8].flatMap((parameters) => {
        const window = own + normal(0.3);
        return [0, 1, 2].map((vector): TrendCell => {
          const mean = window + normal(0.2) + normal(0.1);
          return {
            question: `q${q}`,
            model: `m${parameters}`,
            parameters,
            vector,
            kind: "at",
            mean,
            sd: 0.1,
          };
        });
      });
    });
    const trend = hierarchicalTrend(cells, { scale: 0.5, confidence: 0.95, key: "split", draws: 150 });
    const windows = Array.from({ length: 10 }, () => ({ these: draws(0.1), likeThese: draws(0.15) }));
    const [vector, question, task, sampling] = varianceSplit(windows, trend);
    expect(vector?.sd).toBeCloseTo(0.2, 1);
    expect(question?.sd ?? 0).toBeGreaterThan(0.4);
    expect(question?.sd).toBeLessThan(0.6);
    expect(task?.sd).toBeCloseTo(Math.sqrt(0.15 ** 2 - 0.1 ** 2), 1);
    expect(sampling?.sd).toBeCloseTo(0.1, 1);
    const shares = [vector, question, task, sampling].map((component) => component?.share ?? 0);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it("says what was not measured", () => {
    const windows = [{ these: Float64Array.of(1, 2, 3), likeThese: null }];
    const split = varianceSplit(windows, trendWith({ rung: 0.1, interaction: 0.1, vector: null }));
    expect(split.map(({ source, missing }) => [source, missing])).toEqual([
      ["vector", "no window has several vectors"],
      ["question", null],
      ["task", "too few tasks to speak of others"],
      ["sampling", null],
    ]);
  });
});
