import { describe, expect, it } from "vitest";
import {
  type CrossingSearch,
  crossing,
  nextProbe,
  type Probe,
} from "../../../src/statistics/forecast/crossing-search.js";

const search: CrossingSearch = {
  from: -5,
  to: 3,
  tolerance: 0.02,
  guess: null,
  slope: 1.7,
  longest: 2,
  shortest: 0.2,
};

function find(curve: (x: number) => number, settings: CrossingSearch = search) {
  const probes: Probe[] = [];
  for (let x = nextProbe(settings, probes); x !== null; x = nextProbe(settings, probes)) {
    probes.push({ x, value: curve(x) });
    if (probes.length > 60) throw new Error("the search does not end");
  }
  return { end: crossing(probes), evaluations: probes.length };
}

describe("the search for a crossing", () => {
  it.each([-4.9, -2.3, -1, 0.01, 1.7, 2.95])("finds the root %f of a power loss within .02", (root) => {
    for (const power of [1, 2, 3.5]) {
      const { end, evaluations } = find((x) => power * Math.LN2 * (root - x));
      expect(end.name === "at" && Math.abs(end.x - root)).toBeLessThan(0.02);
      expect(evaluations).toBeLessThan(10);
    }
  });

  it("finds the root of a curve that bends and has plateaus", () => {
    const curve = (x: number) => Math.max(-9, Math.min(20, 4 * (0.3 - x) + Math.exp(0.3 - x) - 1));
    const { end, evaluations } = find(curve);
    expect(end.name === "at" && Math.abs(end.x - 0.3)).toBeLessThan(0.02);
    expect(evaluations).toBeLessThan(11);
  });

  it("finds where a step is", () => {
    const { end } = find((x) => (x < 0.77 ? 30 : -5));
    expect(end.name === "at" && Math.abs(end.x - 0.77)).toBeLessThan(0.05);
  });

  it("says never above the highest strength and at_lowest at the lowest", () => {
    expect(find((x) => 9 - x).end).toEqual({ name: "never" });
    expect(find((x) => -9 - x).end).toEqual({ name: "at_lowest" });
  });

  it("takes the first crossing from below among the probes of a curve that turns", () => {
    const curve = (x: number) => Math.cos(2 * x);
    const grid = Array.from({ length: 17 }, (_, i) => -5 + i / 2);
    const settings = { ...search, from: -2 };
    const probes: Probe[] = grid.filter((x) => x >= -0.5).map((x) => ({ x, value: curve(x) }));
    for (let x = nextProbe(settings, probes); x !== null; x = nextProbe(settings, probes))
      probes.push({ x, value: curve(x) });
    const end = crossing(probes);
    expect(end.name === "at" && end.x).toBeCloseTo(Math.PI / 4, 2);
  });
});
