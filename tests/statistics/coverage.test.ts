import { describe, expect, it } from "vitest";
import type { CurveOutcomes } from "../../src/statistics/curve.js";
import type { Generalises } from "../../src/statistics/fit/bootstrap.js";
import { bootstrapCurve } from "../../src/statistics/fit/bootstrap-curve.js";
import { plainRates } from "../../src/statistics/fit/estimate.js";
import { fittedWindow } from "../../src/statistics/fit/fitted-window.js";
import { windowIntervals } from "../../src/statistics/fit/window-interval.js";
import { type Random, seededRandom } from "../../src/util/random.js";

const STRENGTHS = Array.from({ length: 15 }, (_, i) => 0.25 * 2 ** (i / 4));
const BASE = 0.97;
const LEVELS = { target: 0.5, capability: 0.9 };
const RUNS = 60;

/** Logistic in log2 strength; `width` octaves from .05 to .95. */
function logistic(x: number, middle: number, width: number): number {
  return 1 / (1 + Math.exp(((-2 * Math.log(19)) / width) * (x - middle)));
}

/** Task middles spread like a normal with standard deviation `spread`, near enough. */
function shift(random: Random, spread: number): number {
  return spread * Math.sqrt(3) * (random() + random() + random() + random() - 2);
}

interface Simulated {
  readonly curve: CurveOutcomes;
  readonly width: number;
}

/** One simulated sweep and its true width; the target rate falls past the collapse. */
function simulate(random: Random, width: number, spread: number, generalises: Generalises): Simulated {
  const rise = -0.7 + 0.5 * (random() - 0.5);
  const fall = 0.2 + 0.5 * (random() - 0.5);
  const tasks = Array.from({ length: 20 }, (_, i) => ({ id: `t${i}`, middle: fall + shift(random, spread) }));
  const steered = (x: number) => logistic(x, rise, width) * (1 - logistic(x, fall + 0.8, width));
  const kept = (x: number, middle: number) => BASE * (1 - logistic(x, middle, width));
  const flips = (n: number, rate: number) => Array.from({ length: n }, () => Number(random() < rate));
  const answers = (rate: number, n: number) => [{ id: "q", values: flips(n, rate) }];
  const target = {
    strengths: STRENGTHS,
    points: STRENGTHS.map((s) => answers(steered(Math.log2(s)), 16)),
    baseline: answers(0, 64),
  };
  const capability = {
    strengths: STRENGTHS,
    points: STRENGTHS.map((s) =>
      tasks.map(({ id, middle }) => ({ id, values: flips(2, kept(Math.log2(s), middle)) })),
    ),
    baseline: tasks.map(({ id }) => ({ id, values: flips(8, BASE) })),
  };
  const population = seededRandom("population");
  const middles =
    generalises === "these"
      ? tasks.map(({ middle }) => middle)
      : Array.from({ length: 400 }, () => fall + shift(population, spread));
  const mean = (x: number) => middles.reduce((sum, middle) => sum + kept(x, middle), 0) / middles.length;
  const onset = bisect((x) => steered(x) - 0.5);
  const collapse = bisect((x) => 0.9 * BASE - mean(x));
  return {
    curve: { axis: "log", contains: target, strict: target, intact: null, capability },
    width: collapse - onset,
  };
}

/** Where a rising function is 0, below the peak. */
function bisect(rising: (x: number) => number): number {
  let low = -3;
  let high = 0.4;
  for (let i = 0; i < 50; i += 1) {
    const middle = (low + high) / 2;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
  return low;
}

function coverage(width: number, spread: number, generalises: Generalises): number {
  let covered = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const { curve, width: truth } = simulate(seededRandom(`run ${run}`), width, spread, generalises);
    const windowOf = ({ strict, capability }: ReturnType<typeof plainRates>) =>
      fittedWindow(
        {
          axis: "log",
          target: strict.series,
          capability: capability.series,
          baselineCapability: capability.baseline ?? 0,
        },
        LEVELS,
      );
    const replicates = bootstrapCurve(curve, generalises, 150, `replicates ${run}`).map(windowOf);
    const { low, high } = windowIntervals(windowOf(plainRates(curve)), replicates, "log", 0.95).width;
    if ((typeof low === "string" || low <= truth) && (typeof high === "string" || truth <= high))
      covered += 1;
  }
  return covered / RUNS;
}

describe("the width's interval", () => {
  // 60 runs at a true coverage of .95 fall below .87 less than once in 60.
  it.each([
    { what: "steeper than a grid step", width: 0.3, spread: 0, generalises: "these" },
    { what: "of one octave, tasks unlike", width: 1.2, spread: 0.3, generalises: "these" },
    { what: "of one octave, tasks unlike", width: 1.2, spread: 0.3, generalises: "like_these" },
  ] as const)("covers the truth on curves $what ($generalises)", ({ width, spread, generalises }) => {
    expect(coverage(width, spread, generalises)).toBeGreaterThanOrEqual(0.87);
  });
});
