import { describe, expect, it } from "vitest";
import { strengthGrid, verdict, widthGrid } from "../../src/statistics/verdict.js";

const GRID = strengthGrid([0.1, 0.4, 1, 2, 4]);

function interval(low: number | string, high: number | string, shares = {}) {
  return { low, high, shares };
}

describe("verdict", () => {
  it("widens the measured interval by one grid step at both ends", () => {
    expect(verdict(0.4, interval(1, 1), GRID, 0.025)).toBe("consistent");
    expect(verdict(2, interval(1, 1), GRID, 0.025)).toBe("consistent");
    expect(verdict(0.39, interval(1, 1), GRID, 0.025)).toBe("inconsistent");
    expect(verdict(2.01, interval(1, 1), GRID, 0.025)).toBe("inconsistent");
  });

  it("cannot tell where no tested strength would have contradicted", () => {
    expect(verdict(1, interval(0.1, 4), GRID, 0.025)).toBe("cannot_tell");
    expect(verdict(1, interval(0.4, "never_steered", { never_steered: 0.3 }), GRID, 0.025)).toBe(
      "cannot_tell",
    );
  });

  it("compares names by their share of the replicates", () => {
    const never = interval("never_steered", "never_steered", { never_steered: 1 });
    expect(verdict("never_steered", never, GRID, 0.025)).toBe("consistent");
    expect(verdict(2, never, GRID, 0.025)).toBe("inconsistent");
    expect(verdict("never_steered", interval(1, 2), GRID, 0.025)).toBe("inconsistent");
    expect(verdict("never_steered", interval(2, "never_steered", { never_steered: 0.1 }), GRID, 0.025)).toBe(
      "consistent",
    );
  });

  it("says not run where nothing was measured", () => {
    expect(verdict(1, null, GRID, 0.025)).toBe("not_run");
  });

  it("steps a width as far as the grid steps at its upper end", () => {
    const grid = widthGrid([0.1, 0.4, 1, 2, 4], 2);
    expect(verdict(1, interval(2, 2), grid, 0.025)).toBe("consistent");
    expect(verdict(4, interval(2, 2), grid, 0.025)).toBe("consistent");
    expect(verdict(0.9, interval(2, 2), grid, 0.025)).toBe("inconsistent");
  });
});
