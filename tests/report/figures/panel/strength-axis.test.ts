import { describe, expect, it } from "vitest";
import { strengthScale } from "../../../../src/report/figures/panel/strength-axis.js";

describe("strengthScale", () => {
  it("has octaves, or decades where these are many, on a log axis", () => {
    expect(strengthScale([0.25, 4], "log").ticks).toEqual([0.25, 0.5, 1, 2, 4]);
    expect(strengthScale([0.001, 100], "log").ticks).toEqual([0.001, 0.01, 0.1, 1, 10, 100]);
  });

  it("has three ticks at least, however little is between the strengths", () => {
    const spans: [number, number][] = [
      [0.55, 0.95],
      [0.3, 1.9],
      [0.9, 1.1],
      [1, 1],
      [7.3, 7.3],
      [1e-4, 1.9e-4],
    ];
    for (const axis of ["log", "linear"] as const) {
      for (const span of spans) {
        const { domain, ticks } = strengthScale(span, axis);
        const inside = ticks.filter((tick) => tick >= domain[0] && tick <= domain[1]);
        expect(inside.length, `${axis} ${span}`).toBeGreaterThanOrEqual(3);
        expect(inside.length, `${axis} ${span}`).toBeLessThanOrEqual(7);
        expect(new Set(ticks).size).toBe(ticks.length);
      }
    }
  });

  it("writes even ticks without a rest of their sums", () => {
    expect(strengthScale([0.1, 0.7], "linear").ticks).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
  });
});
