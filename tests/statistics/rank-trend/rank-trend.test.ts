import { describe, expect, it } from "vitest";
import { rankTrend } from "../../../src/statistics/rank-trend/rank-trend.js";
import type { Rung } from "../../../src/statistics/rank-trend/ranked-rungs.js";
import { randomIndex, seededRandom } from "../../../src/util/random.js";

/** The two-sided p by every order in turn. */
function wentThrough(questions: readonly (readonly Rung[])[]): number {
  const sizes = questions[0]?.map(({ parameters }) => parameters) ?? [];
  const s = (order: readonly number[]) => {
    let sum = 0;
    for (const rungs of questions)
      for (let a = 0; a < sizes.length; a += 1)
        for (let b = a + 1; b < sizes.length; b += 1) {
          const widths = [a, b].map((place) => rungs[order[place] ?? 0]?.width ?? 0);
          sum +=
            Math.sign((sizes[b] ?? 0) - (sizes[a] ?? 0)) * Math.sign((widths[1] ?? 0) - (widths[0] ?? 0));
        }
    return Math.abs(sum);
  };
  const orders = permutations(sizes.length);
  const observed = s(sizes.map((_, i) => i));
  return orders.filter((order) => s(order) >= observed).length / orders.length;
}

function permutations(n: number): number[][] {
  if (n === 0) return [[]];
  return permutations(n - 1).flatMap((order) =>
    Array.from({ length: n }, (_, place) => order.toSpliced(place, 0, n - 1)),
  );
}

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

  it("counts what going through all orders counts, with ties in widths and sizes and several questions", () => {
    const random = seededRandom("ladders with ties");
    for (let round = 0; round < 40; round += 1) {
      const n = 3 + (round % 4);
      const sizes = Array.from({ length: n }, () => 1 + randomIndex(random, n));
      const questions = Array.from({ length: 1 + (round % 3) }, () =>
        sizes.map((parameters) => ({ parameters, width: randomIndex(random, 4) })),
      );
      expect(rankTrend(questions)).toMatchObject({
        p: expect.closeTo(wentThrough(questions), 12),
        drawn: null,
      });
    }
  });

  it("tests nine rungs, twelve rungs", () => {
    // From the numbers of permutations of 9 by their inversions (Mahonian numbers).
    expect(rankTrend([ladder([1, 2, 3, 5, 8, 4, 9, 7, 6].map((width) => -width))])).toMatchObject({
      kind: "tested",
      tau: expect.closeTo(-22 / 36, 12),
      p: expect.closeTo(0.02474096119929453, 12),
      drawn: null,
    });
    const twelve = rankTrend([ladder(Array.from({ length: 12 }, (_, i) => i))]);
    expect(twelve).toMatchObject({ p: expect.closeTo(2 / 479_001_600, 15), drawn: null });
  });

  it("draws random orders of more rungs, the same for the same rungs, and says how many", () => {
    const rungs = ladder([1, 2, 3, 5, 8, 4, 9, 7, 6, 13, 12, 11, 10]);
    const trend = rankTrend([rungs]);
    // The exact p's of S = 52 and 14, by the Mahonian numbers: .00094 and .435.
    expect(trend).toMatchObject({ kind: "tested", rungs: 13, drawn: 19_999, smallestP: 1 / 20_000 });
    expect(trend).toMatchObject({ p: expect.closeTo(0.00094, 3) });
    expect(rankTrend([rungs])).toEqual(trend);
    const flat = rankTrend([ladder([7, 2, 11, 5, 1, 13, 4, 9, 3, 12, 6, 8, 10])]);
    expect(Math.abs((flat.kind === "tested" ? flat.p : 0) - 0.4354)).toBeLessThan(0.015);
  });

  it("says why it cannot test two rungs", () => {
    expect(rankTrend([ladder([1, 2])])).toEqual({
      kind: "not_tested",
      reason: "2 rungs are too few for a trend",
    });
  });

  it("goes on without the rank of a width, which counts as a tie in its own question alone", () => {
    const known = ladder([1, 2, 3, 4]);
    const partly = ladder([5, 6, 7, 8]).map((rung, i) => (i === 2 ? { ...rung, width: null } : rung));
    // Of 24 orders of both questions, only the ascending and the descending one have as large an |S|: 6 + 3.
    expect(rankTrend([known, partly])).toMatchObject({ tau: 1, p: 2 / 24, unknown: 1 });
    expect(rankTrend([partly])).toMatchObject({ tau: 1, p: 2 / 6, smallestP: 2 / 6, unknown: 1 });
    expect(rankTrend([partly.map((rung, i) => (i === 0 ? { ...rung, width: null } : rung))])).toEqual({
      kind: "not_tested",
      reason: "the widths of fewer than 3 rungs have a rank",
    });
  });

  it("has no tau where all widths are tied", () => {
    expect(rankTrend([ladder([0, 0, 0])])).toMatchObject({ tau: null, p: 1 });
  });
});
