import { describe, expect, it } from "vitest";
import { simulate } from "../../src/simulate/simulate.js";
import { simulationDesign } from "../../src/simulate/simulate-design.js";
import { summarise } from "../../src/simulate/summary.js";
import { trueWidth } from "../../src/simulate/truth.js";
import { drawTruth, statedTruth, type TRUTH_NAMES } from "../../src/simulate/truths.js";
import type { Simulated } from "../../src/simulate/verdict.js";
import { seededRandom } from "../../src/util/random.js";

const LEVELS = { target: 0.5, capability: 0.9 };
/** Of one truth. */
const EXPERIMENTS = 6;
/** Generous: other tests may share the cores. */
const PATIENCE = { timeout: 240_000 };
const DESIGN = simulationDesign({ kind: "adaptive", precision: 0.6, windowSamples: 800, tasks: 20 });
const run = (
  truth: (typeof TRUTH_NAMES)[number],
  changes: Partial<typeof DESIGN> = {},
  experiments = EXPERIMENTS,
) =>
  simulate(
    { truth, design: { ...DESIGN, ...changes }, seed: 3 },
    { experiments, jobs: 1, progress: () => undefined },
  );

describe("truths", () => {
  it("state their own ends", () => {
    const truth = statedTruth({ onset: 0.5, collapse: 1.2, width: 0.6 }, 20, LEVELS);
    expect(2 ** truth.onset).toBeCloseTo(0.5, 2);
    expect(2 ** truth.collapse).toBeCloseTo(1.2, 6);
    expect(truth.rise(truth.onset) * truth.intact(truth.onset)).toBeCloseTo(0.5, 6);
  });

  it("are what they are called", () => {
    const widths = (name: (typeof TRUTH_NAMES)[number]) =>
      Array.from({ length: 40 }, (_, i) =>
        trueWidth(drawTruth(name, 20, LEVELS, seededRandom(`${name}/${i}`))),
      );
    expect(Math.max(...widths("empty"))).toBeLessThan(0);
    expect(
      widths("never-steered").filter((width) => width === Number.NEGATIVE_INFINITY).length,
    ).toBeGreaterThan(10);
    expect(
      widths("never-collapsed").filter((width) => width === Number.POSITIVE_INFINITY).length,
    ).toBeGreaterThan(10);
  });
});

// At a true coverage of .95, 6 experiments cover fewer than 4 about twice in a thousand times; at one of .5, every third.
describe("coverage of the nominal 95 % interval", PATIENCE, () => {
  it.each(["model", "overdispersed", "gibberish", "empty"] as const)("holds on truth %s", async (truth) => {
    const { ends, falseWindow, samples } = await run(truth);
    for (const end of ["onset", "collapse", "width"] as const) {
      expect(ends[end].coverage, end).toBeGreaterThanOrEqual(4 / EXPERIMENTS);
      expect(Math.abs(ends[end].bias ?? 0), end).toBeLessThan(0.15);
    }
    expect(falseWindow.share ?? 0).toBeLessThan(0.2);
    expect(samples.mean).toBeLessThan(700);
  });
});

describe("never", PATIENCE, () => {
  it("is said of conditions that are never steered, and a window hardly ever", async () => {
    const { neverSteered, falseWindow } = await run("never-steered", {}, 10);
    expect(falseWindow.neverSteered).toBeGreaterThan(2);
    expect(falseWindow.shareOfNeverSteered).toBeLessThan(0.2);
    expect(neverSteered.find(({ from }) => from === 0)?.observed ?? 0).toBeLessThan(0.15);
    expect(neverSteered.find(({ to }) => to === 1)?.observed).toBeGreaterThan(0.8);
  });
});

describe("a uniform grid over the same octaves", PATIENCE, () => {
  it("takes at least twice the samples for as narrow an interval", async () => {
    const adaptive = await run("model", {}, 3);
    const grid = await run("model", { kind: "grid", windowSamples: 6_000 }, 3);
    expect(grid.samples.mean).toBeGreaterThan(2 * adaptive.samples.mean);
  });
});

describe("a summary", () => {
  const one = (changes: Partial<Simulated>): Simulated => ({
    samples: 100,
    rounds: 3,
    reached: true,
    onset: { truth: 0, median: 0.1, low: -0.2, high: 0.3 },
    collapse: { truth: 1, median: 1.1, low: 0.9, high: 1.3 },
    width: { truth: 1, median: 1, low: 0.8, high: 1.2 },
    stated: { window: 0.99, neverSteered: 0, neverCollapsed: 0 },
    ...changes,
  });

  it("counts what intervals hold, and windows that were said to exist where there was none", () => {
    const infinite = { truth: Infinity, median: Infinity, low: 3, high: Infinity };
    const { ends, falseWindow, neverSteered } = summarise([
      one({}),
      one({ onset: { truth: 0.5, median: 0.1, low: -0.2, high: 0.3 } }),
      one({ onset: infinite, stated: { window: 0.97, neverSteered: 0.6, neverCollapsed: 0 } }),
      one({ onset: infinite, stated: { window: 0.01, neverSteered: 0.6, neverCollapsed: 0 } }),
    ]);
    expect(ends.onset).toMatchObject({ coverage: 0.75, numbers: 0.5, length: 0.5 });
    expect(ends.onset.bias).toBeCloseTo(-0.15);
    expect(falseWindow).toMatchObject({ without: 2, share: 0.5, neverSteered: 2, shareOfNeverSteered: 0.5 });
    expect(neverSteered).toMatchObject([
      { from: 0, n: 2, observed: 0 },
      { from: 0.5, n: 2, stated: 0.6, observed: 1 },
    ]);
  });
});
