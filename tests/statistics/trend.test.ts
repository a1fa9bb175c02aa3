import { describe, expect, it } from "vitest";
import { rankTrend } from "../../src/statistics/trend.js";

function ladder(widths: number[]) {
  return widths.map((width, i) => ({ parameters: 10 ** i, width }));
}

describe("rankTrend", () => {
  it("gives four rungs that all fall a tau of -1 and the smallest p they can have, 1/12", () => {
    const trend = rankTrend([ladder([4, 3, 2, 1])]);
    expect(trend).toMatchObject({ kind: "tested", tau: -1, rungs: 4 });
    expect(trend).toMatchObject({ p: expect.closeTo(1 / 12, 12), smallestP: expect.closeTo(1 / 12, 12) });
  });

  it("agrees with the table of Kendall's S for n = 5", () => {
    // P(|S| >= s) for n = 5, without ties: 10: .01667, 8: .08333, 6: .23333, 4: .48333, 2: .81667.
    const orders: [number[], number][] = [
      [[1, 2, 3, 4, 5], 2 / 120],
      [[2, 1, 3, 4, 5], 10 / 120],
      [[2, 1, 4, 3, 5], 28 / 120],
      [[2, 3, 1, 5, 4], 58 / 120],
    ];
    for (const [widths, p] of orders)
      expect(rankTrend([ladder(widths)])).toMatchObject({ p: expect.closeTo(p, 12) });
  });

  it("ties never-steered rungs below all others, which costs significance", () => {
    const trend = rankTrend([ladder([2, 1, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY])]);
    // 5 of 6 pairs are untied; 4 of 24 orders, 2 each way, reach S = 5.
    expect(trend).toMatchObject({
      tau: expect.closeTo(-5 / Math.sqrt(30), 12),
      p: expect.closeTo(4 / 24, 12),
    });
  });

  it("permutes the rungs of several questions together", () => {
    const same = rankTrend([ladder([1, 2, 3, 4]), ladder([1, 2, 3, 4]), ladder([1, 2, 3, 4])]);
    expect(same).toMatchObject({ tau: 1, p: expect.closeTo(1 / 12, 12) });
    const against = rankTrend([ladder([1, 2, 3, 4]), ladder([4, 3, 2, 1])]);
    expect(against).toMatchObject({ tau: 0, p: 1 });
  });

  it("says why it cannot test two rungs, or twelve", () => {
    expect(rankTrend([ladder([1, 2])])).toEqual({
      kind: "not_tested",
      reason: "2 rungs are too few for a trend",
    });
    expect(rankTrend([ladder(Array.from({ length: 12 }, (_, i) => i))])).toMatchObject({
      kind: "not_tested",
    });
  });

  it("has no tau where all widths are tied", () => {
    expect(rankTrend([ladder([0, 0, 0])])).toMatchObject({ tau: null, p: 1 });
  });
});
