import { describe, expect, it } from "vitest";
import { pearson, spearman } from "../../../src/statistics/forecast/correlation.js";
import { type CurveEnd, forecastWidth, rankLayers } from "../../../src/statistics/forecast/rank-layers.js";

const at = (strength: number): CurveEnd => ({ name: "at", strength });
const NEVER: CurveEnd = { name: "never" };

describe("the width of a forecast", () => {
  it("is signed octaves on a log axis and a difference on a linear one", () => {
    expect(forecastWidth({ onset: at(0.5), collapse: at(2), axis: "log" })).toBe(2);
    expect(forecastWidth({ onset: at(2), collapse: at(1), axis: "log" })).toBe(-1);
    expect(forecastWidth({ onset: at(2), collapse: at(5), axis: "linear" })).toBe(3);
  });

  it("is infinite where one end decides, and null where none does", () => {
    const width = (onset: CurveEnd, collapse: CurveEnd) => forecastWidth({ onset, collapse, axis: "log" });
    expect(width(NEVER, at(1))).toBe(Number.NEGATIVE_INFINITY);
    expect(width(at(1), NEVER)).toBe(Number.POSITIVE_INFINITY);
    expect(width(at(1), { name: "at_lowest" })).toBe(Number.NEGATIVE_INFINITY);
    expect(width(NEVER, NEVER)).toBeNull();
    expect(width({ name: "not_asked" }, at(1))).toBeNull();
  });
});

describe("the order of layers", () => {
  it("is that of the mean width, with never steered below every number", () => {
    const row = (layer: number, onset: CurveEnd) => ({ layer, onset, collapse: at(1), axis: "log" as const });
    const rows = [row(0, NEVER), row(0, NEVER), row(1, at(2)), row(1, at(2)), row(2, at(0.5)), row(2, NEVER)];
    expect(rankLayers(rows).map(({ layer }) => layer)).toEqual([2, 1, 0]);
  });

  it("takes the shallower of equal layers", () => {
    const rows = [3, 1].map((layer) => ({ layer, onset: at(1), collapse: at(2), axis: "log" as const }));
    expect(rankLayers(rows).map(({ layer }) => layer)).toEqual([1, 3]);
  });
});

describe("correlation", () => {
  it("is Pearson's, and Spearman's on ranks with shared ties", () => {
    expect(pearson([1, 2, 3], [2, 4, 6])).toBeCloseTo(1, 12);
    expect(spearman([1, 10, 100], [3, 2, 1])).toBeCloseTo(-1, 12);
    expect(spearman([1, 1, 2, 3], [1, 2, 3, 4])).toBeCloseTo(0.9486832980505138, 12);
  });

  it("has no number without variation or with too few pairs", () => {
    expect(pearson([1, 1, 1], [1, 2, 3])).toBeNull();
    expect(pearson([1, 2], [1, 2])).toBeNull();
  });
});
