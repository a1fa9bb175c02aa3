import { describe, expect, it } from "vitest";
import {
  type HierarchicalTrend,
  hierarchicalTrend,
} from "../../../src/statistics/trend/hierarchical-trend.js";
import { numberCell, placeBounds, widthCell } from "../../../src/statistics/trend/hierarchical-trend-cell.js";
import { standardNormal, truncatedNormal } from "../../../src/statistics/trend/hierarchical-trend-random.js";
import type { TrendCell } from "../../../src/statistics/trend/trend-options.js";
import { seededRandom } from "../../../src/util/random.js";

interface Truth {
  readonly questions: number;
  readonly vectors?: number;
  readonly slope: number;
  readonly rung: number;
  readonly interaction?: number;
  readonly vector?: number;
  readonly sizes?: readonly number[];
  /** Widths below this are only known to be. */
  readonly limit?: number;
}

const SIZES = [0.2, 0.5, 1.5, 3.6];
const OPTIONS = { scale: 0.5, confidence: 0.95, draws: 120 };
const SIGMA = 0.1;

/** Widths of a ladder by the model's own truth. */
function ladder(key: string, truth: Truth): TrendCell[] {
  const random = seededRandom(key);
  const { sizes = SIZES, vectors = 1, interaction = 0.2, vector = 0 } = truth;
  const rungs = sizes.map(() => truth.rung * standardNormal(random));
  return Array.from({ length: truth.questions }).flatMap((_, q) => {
    const own = 0.3 * standardNormal(random);
    return sizes.flatMap((parameters, r) => {
      const window =
        own + truth.slope * Math.log2(parameters) + (rungs[r] ?? 0) + interaction * standardNormal(random);
      return Array.from({ length: vectors }, (_unused, v): TrendCell => {
        const width = window + vector * standardNormal(random);
        const cell = { question: `q${q}`, model: `m${r}`, parameters, vector: v };
        const { limit } = truth;
        return limit !== undefined && width < limit
          ? { ...cell, kind: "below", limit }
          : { ...cell, kind: "at", mean: width + SIGMA * standardNormal(random), sd: SIGMA };
      });
    });
  });
}

function fitted(cells: readonly TrendCell[], key = "fit"): Extract<HierarchicalTrend, { kind: "fitted" }> {
  const trend = hierarchicalTrend(cells, { ...OPTIONS, key });
  if (trend.kind !== "fitted") throw new Error(trend.reason);
  return trend;
}

describe("hierarchicalTrend", () => {
  it("is the same for the same key", () => {
    const cells = ladder("same", { questions: 3, slope: -0.2, rung: 0.1 });
    expect(fitted(cells).slope).toEqual(fitted(cells).slope);
    expect(fitted(cells, "other").slope.mean).not.toBe(fitted(cells).slope.mean);
  });

  it("covers the true slope, with rung effects and windows that are only bounded", () => {
    const truths: Truth[] = [
      { questions: 4, slope: -0.15, rung: 0.3 },
      { questions: 4, slope: -0.15, rung: 0 },
      { questions: 4, slope: -0.15, rung: 0.1, limit: -0.3 },
    ];
    const runs = truths.flatMap((truth, t) =>
      Array.from({ length: 8 }, (_, i) => {
        const { slope } = fitted(ladder(`cover/${t}/${i}`, truth));
        return slope.low <= truth.slope && truth.slope <= slope.high;
      }),
    );
    expect(runs.filter((covered) => covered).length).toBeGreaterThanOrEqual(21);
  });

  it("does not take questions for rungs: many of them leave the slope as uncertain as four points", () => {
    const cells = ladder("many", { questions: 24, slope: -0.2, rung: 0.3 });
    const naive = 0.22 / Math.sqrt(24 * 9.4);
    expect(fitted(cells).slope.sd).toBeGreaterThan(3 * naive);
  });

  it("finds the spreads that made the widths", () => {
    const sizes = Array.from({ length: 8 }, (_, i) => 2 ** i);
    const truth = {
      questions: 12,
      vectors: 3,
      slope: -0.1,
      rung: 0.2,
      interaction: 0.3,
      vector: 0.25,
      sizes,
    };
    const { spreads, slope, cells } = fitted(ladder("spreads", truth));
    expect(spreads.interaction?.median).toBeCloseTo(0.3, 1);
    expect(spreads.vector?.median).toBeCloseTo(0.25, 1);
    expect(spreads.rung.low).toBeLessThan(0.2);
    expect(spreads.rung.high).toBeGreaterThan(0.2);
    expect(slope.low).toBeLessThan(-0.1);
    expect(slope.high).toBeGreaterThan(-0.1);
    expect(cells).toEqual({ at: 288, below: 0, above: 0 });
  });

  it("takes a bound for less than a number and for more than nothing", () => {
    const cells = ladder("bound", { questions: 6, slope: -0.3, rung: 0 });
    const top = cells.filter(({ model }) => model === "m3");
    const rest = cells.filter(({ model }) => model !== "m3");
    const bounded = top.map(({ question, model, parameters, vector }): TrendCell => {
      return { question, model, parameters, vector, kind: "below", limit: -2 };
    });
    expect(fitted([...rest, ...bounded]).slope.mean).toBeLessThan(fitted(rest).slope.mean);
    expect(fitted([...rest, ...bounded]).cells).toEqual({ at: 18, below: 6, above: 0 });
  });

  it("mixes: chains agree and draws are nearly independent", () => {
    const { rHat, effectiveDraws } = fitted(ladder("mix", { questions: 8, slope: 0, rung: 0.02 }));
    expect(rHat).toBeLessThan(1.05);
    expect(effectiveDraws).toBeGreaterThan(200);
  });

  it("widens with the prior of the rungs' spread, which four rungs cannot overrule", () => {
    const { sensitivity, slope } = fitted(ladder("prior", { questions: 4, slope: 0, rung: 0.5 }));
    const length = ({ low, high }: { low: number; high: number }) => high - low;
    expect(length(sensitivity[0]?.slope ?? slope)).toBeLessThan(length(sensitivity[1]?.slope ?? slope));
  });

  it("tells one question's rungs from nothing else, and says when there are too few rungs", () => {
    const { spreads } = fitted(ladder("one", { questions: 1, slope: -0.2, rung: 0.1 }));
    expect(spreads).toMatchObject({ question: null, interaction: null, vector: null });
    const two = ladder("two", { questions: 3, slope: 0, rung: 0, sizes: [1, 2] });
    expect(hierarchicalTrend(two, { ...OPTIONS, key: "" })).toEqual({
      kind: "not_fitted",
      reason: "2 rungs are too few for a slope",
    });
  });
});

describe("widthCell", () => {
  const NEVER = Number.POSITIVE_INFINITY;
  const range = { from: -4, to: 4 };
  const of = (onset: number[], collapse: number[], width: number[]) =>
    widthCell({
      onset: Float64Array.from(onset),
      collapse: Float64Array.from(collapse),
      width: Float64Array.from(width),
      range,
    });

  it("is a number where most draws are", () => {
    const cell = of([0, 1, NEVER], [2, 2, 2], [2, 1, -NEVER]);
    expect(cell).toMatchObject({ kind: "at", mean: 1.5 });
  });

  it("is a bound where an end is beyond the range, and nothing where both are", () => {
    expect(of([NEVER, NEVER], [2, 2], [-NEVER, -NEVER])).toEqual({ kind: "never_steered" });
    expect(of([1, 1], [NEVER, NEVER], [NEVER, NEVER])).toEqual({ kind: "above", limit: 3 });
    expect(of([-NEVER, -NEVER], [2, 2], [NEVER, NEVER])).toEqual({ kind: "above", limit: 6 });
    expect(of([NEVER, NEVER], [NEVER, NEVER], [-NEVER, -NEVER])).toEqual({ kind: "never_steered" });
    expect(of([-NEVER, -NEVER], [NEVER, NEVER], [NEVER, NEVER])).toBeNull();
  });

  it("puts a bound without a number beyond all others", () => {
    const numbers = [1, 2, 3].map((value) => numberCell(Float64Array.of(value, value)));
    const cells = [
      ...numbers,
      { kind: "below" as const, limit: null },
      { kind: "above" as const, limit: null },
    ].flatMap((cell) => (cell === null ? [] : [{ question: "q", ...cell }]));
    expect(placeBounds(cells, false).slice(-2)).toEqual([
      { question: "q", kind: "below", limit: 0 },
      { question: "q", kind: "above", limit: 3 },
    ]);
  });

  it("leaves out what is never steered, or puts it below the numbers of its own question", () => {
    const cells = [
      { question: "wide", kind: "at" as const, mean: 2, sd: 0.1 },
      { question: "empty", kind: "at" as const, mean: -3, sd: 0.1 },
      { question: "wide", kind: "never_steered" as const },
      { question: "empty", kind: "never_steered" as const },
    ];
    expect(placeBounds(cells, false)).toHaveLength(2);
    expect(placeBounds(cells, true).slice(2)).toEqual([
      { question: "wide", kind: "below", limit: 0 },
      { question: "empty", kind: "below", limit: -3 },
    ]);
  });
});

describe("truncatedNormal", () => {
  it("has the mean of the tail, near and far", () => {
    const random = seededRandom("tail");
    const mean = (limit: number, side: 1 | -1) =>
      Array.from({ length: 4000 }, () => truncatedNormal(random, 0, 1, limit, side)).reduce(
        (a, b) => a + b,
        0,
      ) / 4000;
    expect(mean(0, 1)).toBeCloseTo(Math.sqrt(2 / Math.PI), 1);
    expect(mean(-3, -1)).toBeCloseTo(-3.283, 1);
    expect(mean(6, 1)).toBeCloseTo(6.158, 1);
  });
});
