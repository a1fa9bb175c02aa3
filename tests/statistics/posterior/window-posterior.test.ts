import { describe, expect, it } from "vitest";
import {
  type PosteriorOptions,
  windowPosterior,
} from "../../../src/statistics/posterior/window-posterior.js";
import { seededRandom } from "../../../src/statistics/random.js";
import { type PlantedWindow, plantedCurve, plantedEnds } from "./planted.js";

const OPTIONS: PosteriorOptions = {
  levels: { target: 0.5, capability: 0.9 },
  losses: [0.02, 0.05, 0.1],
  confidence: 0.95,
  draws: 2000,
  seed: 1,
  range: { from: 2 ** -5, to: 2 ** 5 },
};
const OPEN: PlantedWindow = {
  onset: { threshold: -1, width: 1, lapse: 0 },
  intact: { threshold: 1.5, width: 1 },
  tasks: { thresholds: Array.from({ length: 20 }, (_, j) => 1 + 0.02 * (j - 9.5)), width: 1, baseline: 0.97 },
};
const POSITIONS = Array.from({ length: 21 }, (_, i) => -5 + i / 2);

function posteriorOf(truth: PlantedWindow, answers: number, taskSamples: number, options = OPTIONS) {
  const curve = plantedCurve(truth, { positions: POSITIONS, answers, taskSamples }, seededRandom("planted"));
  const result = windowPosterior({ key: "c", curve }, null, "these", options);
  if (result.kind === "not_estimated") throw new Error(result.reason);
  return result.posterior;
}

describe("the posterior of a window", () => {
  it("concentrates at the truth as samples grow", () => {
    const truth = plantedEnds(OPEN, -5, 5);
    const { window, intervals, windowProbability } = posteriorOf(OPEN, 2000, 100);
    expect(window.width).toMatchObject({ name: "at", empty: false });
    const value = window.width.name === "at" ? window.width.value : Number.NaN;
    expect(Math.abs(value - truth.width)).toBeLessThan(0.05);
    expect(Number(intervals.width.high) - Number(intervals.width.low)).toBeLessThan(0.3);
    expect(windowProbability).toBe(1);
  });
});
