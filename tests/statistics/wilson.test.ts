import { describe, expect, it } from "vitest";
import { normalQuantile } from "../../src/statistics/normal-quantile.js";
import { wilsonInterval } from "../../src/statistics/wilson.js";

describe("normalQuantile", () => {
  it("gives the tabulated quantiles", () => {
    const table: [number, number][] = [
      [0.5, 0],
      [0.9, 1.2815515655446004],
      [0.975, 1.959963984540054],
      [0.995, 2.5758293035489004],
      [0.9999, 3.719016485455709],
      [1e-9, -5.997807015007686],
      [1e-13, -7.348796102800677],
    ];
    for (const [p, z] of table) expect(normalQuantile(p)).toBeCloseTo(z, 12);
  });

  it("refuses what is no probability", () => {
    expect(() => normalQuantile(0)).toThrow(RangeError);
    expect(() => normalQuantile(Number.NaN)).toThrow(RangeError);
  });
});

describe("wilsonInterval", () => {
  it("solves the score equation at both ends", () => {
    const z = 1.959963984540054;
    for (const [k, n] of [
      [1, 10],
      [7, 16],
      [39, 40],
    ] as const) {
      const { low, high } = wilsonInterval(k, n, 0.95);
      for (const p of [low, high])
        expect(Math.abs(k / n - p) / Math.sqrt((p * (1 - p)) / n)).toBeCloseTo(z, 12);
    }
  });

  it("has the closed forms n / (n + z^2) at all and z^2 / (n + z^2) at none", () => {
    const z2 = 1.959963984540054 ** 2;
    expect(wilsonInterval(16, 16, 0.95)).toEqual({ low: expect.closeTo(16 / (16 + z2), 6), high: 1 });
    expect(wilsonInterval(0, 16, 0.95)).toEqual({ low: 0, high: expect.closeTo(z2 / (16 + z2), 6) });
  });

  it("covers the true rate about 95 % of the time, summed exactly over the binomial", () => {
    for (const n of [16, 40, 100]) {
      const rates = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);
      const coverages = rates.map((p) => coverage(n, p));
      expect(Math.min(...coverages)).toBeGreaterThan(0.91);
      expect(coverages.reduce((a, b) => a + b) / rates.length).toBeGreaterThan(0.945);
      expect(coverages.reduce((a, b) => a + b) / rates.length).toBeLessThan(0.965);
    }
  });

  it("refuses counts that are no rate", () => {
    expect(() => wilsonInterval(0, 0, 0.95)).toThrow(RangeError);
    expect(() => wilsonInterval(3, 2, 0.95)).toThrow(RangeError);
  });
});

function coverage(n: number, p: number): number {
  let mass = (1 - p) ** n;
  let covered = 0;
  for (let k = 0; k <= n; k += 1) {
    const { low, high } = wilsonInterval(k, n, 0.95);
    if (low <= p && p <= high) covered += mass;
    mass *= ((n - k) / (k + 1)) * (p / (1 - p));
  }
  return covered;
}
