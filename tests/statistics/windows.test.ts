import { describe, expect, it } from "vitest";
import { fittedWindow } from "../../src/statistics/fit/fitted-window.js";
import { frontierPoint } from "../../src/statistics/fit/frontier.js";
import { gridWindow } from "../../src/statistics/fit/grid-window.js";
import type { Series } from "../../src/statistics/series.js";

const LEVELS = { target: 0.5, capability: 0.9 };

function series(strengths: number[], rates: number[], n = 10): Series {
  return { strengths, rates, n: rates.map(() => n) };
}

describe("gridWindow", () => {
  it("gives the numbers of the published table from curves with its crossings", () => {
    const grid = [0.1, 0.4, 0.7, 1, 2, 3, 4, 7];
    const capability = (last: number) =>
      series(
        grid,
        grid.map((strength) => (strength <= last ? 0.8 : 0.2)),
      );
    const target = (any: number, majority: number) =>
      series(
        grid,
        grid.map((strength) => (strength >= majority ? 0.9 : strength >= any ? 0.2 : 0)),
      );
    const widths = [
      gridWindow(target(0.4, 0.7), capability(7), 0.5),
      gridWindow(target(0.4, 2), capability(3), 0.5),
      gridWindow(target(99, 99), capability(3), 0.5),
      gridWindow(target(3, 3), capability(3), 0.5),
    ];
    expect(widths[0]).toMatchObject({
      firstAny: 0.4,
      firstMajority: 0.7,
      lastCapable: 7,
      capableAtHighest: true,
    });
    expect(widths[0]?.width).toBeCloseTo(6.3, 12);
    expect(widths[1]).toMatchObject({
      firstAny: 0.4,
      firstMajority: 2,
      lastCapable: 3,
      width: 1,
      capableAtHighest: false,
    });
    expect(widths[2]).toMatchObject({
      firstAny: "never_steered",
      firstMajority: "never_steered",
      lastCapable: 3,
      width: null,
    });
    expect(widths[3]).toMatchObject({ firstMajority: 3, lastCapable: 3, width: 0 });
  });

  it("names a model that is broken at every tested strength", () => {
    const found = gridWindow(series([1, 2], [1, 1]), series([1, 2], [0.4, 0]), 0.5);
    expect(found).toMatchObject({ lastCapable: "never_capable", width: null, capableAtHighest: false });
  });
});

describe("fittedWindow", () => {
  const strengths = [0.25, 0.5, 1, 2, 4];

  it("interpolates both ends on log2 strength and gives signed octaves", () => {
    const found = fittedWindow(
      {
        axis: "log",
        target: series(strengths, [0, 0.25, 0.75, 1, 0]),
        capability: series(strengths, [1, 1, 1, 0.8, 0]),
        baselineCapability: 1,
      },
      LEVELS,
    );
    expect(found.onset).toMatchObject({
      name: "at",
      strength: expect.closeTo(2 ** -0.5, 12),
      after: 0.5,
      by: 1,
    });
    expect(found.collapse).toMatchObject({
      name: "at",
      strength: expect.closeTo(2 ** 0.5, 12),
      after: 1,
      by: 2,
    });
    expect(found.width).toEqual({ name: "at", value: expect.closeTo(1, 12), empty: false });
  });

  it("flags a window as empty where the model breaks before it is steered", () => {
    const found = fittedWindow(
      {
        axis: "log",
        target: series(strengths, [0, 0, 0.5, 1, 0]),
        capability: series(strengths, [1, 0.9, 0.1, 0, 0]),
        baselineCapability: 1,
      },
      LEVELS,
    );
    expect(found.width).toEqual({ name: "at", value: -1, empty: true });
  });

  it("measures capability against the model's own baseline", () => {
    const found = fittedWindow(
      {
        axis: "log",
        target: series(strengths, [0, 1, 1, 1, 1]),
        capability: series(strengths, [0.5, 0.5, 0.5, 0.4, 0]),
        baselineCapability: 0.5,
      },
      LEVELS,
    );
    expect(found.collapse).toMatchObject({ name: "at", strength: expect.closeTo(2 ** 0.5, 12) });
  });

  it("interpolates strength itself on a linear axis", () => {
    const found = fittedWindow(
      {
        axis: "linear",
        target: series([0, 1, 2, 3], [0, 0, 1, 1]),
        capability: series([0, 1, 2, 3], [1, 1, 1, 0.8]),
        baselineCapability: 1,
      },
      LEVELS,
    );
    expect(found.onset).toMatchObject({ strength: 1.5 });
    expect(found.collapse).toMatchObject({ strength: expect.closeTo(2.5, 12) });
    expect(found.width).toMatchObject({ value: expect.closeTo(1, 12) });
  });

  it("has names in place of numbers for what lies outside the tested strengths", () => {
    const flat = (rate: number) =>
      series(
        strengths,
        strengths.map(() => rate),
      );
    const of = (target: Series, capability: Series) =>
      fittedWindow({ axis: "log", target, capability, baselineCapability: 1 }, LEVELS);
    expect(of(flat(0.1), flat(1))).toEqual({
      onset: { name: "never_steered" },
      collapse: { name: "never_collapsed" },
      width: { name: "unplaced", reasons: ["never_steered", "never_collapsed"] },
    });
    expect(of(flat(0.9), flat(0.1))).toEqual({
      onset: { name: "steered_at_lowest" },
      collapse: { name: "collapsed_at_lowest" },
      width: { name: "unplaced", reasons: ["steered_at_lowest", "collapsed_at_lowest"] },
    });
  });
});

describe("frontierPoint", () => {
  const strengths = [1, 2, 3];

  it("takes the best target rate among strengths that keep the capability", () => {
    const point = frontierPoint(
      {
        target: series(strengths, [0.2, 0.6, 0.9]),
        capability: series(strengths, [1, 0.96, 0.5]),
        baselineTarget: 0,
        baselineCapability: 1,
      },
      0.05,
    );
    expect(point).toEqual({ rate: 0.6, strength: 2 });
  });

  it("is the baseline's rate where every strength costs too much", () => {
    const broken = series(strengths, [0.1, 0.1, 0]);
    const point = frontierPoint(
      {
        target: series(strengths, [1, 1, 1]),
        capability: broken,
        baselineTarget: 0.02,
        baselineCapability: 1,
      },
      0.05,
    );
    expect(point).toEqual({ rate: 0.02, strength: null });
  });
});
