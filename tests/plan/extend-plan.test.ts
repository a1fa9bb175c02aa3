import { describe, expect, test } from "vitest";
import { extendPlan } from "../../src/plan/extend-plan.js";
import type { Round, RoundCell } from "../../src/plan/round.js";
import { measurementsOf, samplesOf } from "../../src/plan/samples.js";
import { planExperiment } from "../../src/run/start/plan-experiment.js";
import { root, tinyConfig } from "../run/command.js";

const planned = () => planExperiment(tinyConfig, { root, cwd: root, set: ["layers=[0.75]"] });

const cell = (changes: Partial<RoundCell> = {}): RoundCell => ({
  model: "nano-0.2m",
  method: "caa-last-token",
  question: "caracara",
  layer: 3,
  draw: 0,
  strength: 0.9,
  question_samples: 5,
  task_samples: 2,
  ...changes,
});

const round = (index: number, ...cells: RoundCell[]): Round => ({
  index,
  stage: "windows",
  step: 0,
  vectors: [],
  cells,
});

describe("a plan with a round more", () => {
  test("keeps everything it had, in place", async () => {
    const { plan, loaded } = await planned();
    const extended = extendPlan(plan, loaded.experiment, round(0, cell()));
    expect(extended.cells.slice(0, plan.cells.length)).toEqual(plan.cells);
    expect(extended.blocks.slice(0, plan.blocks.length)).toEqual(plan.blocks);
    expect(extended.samples).toBe(plan.samples + 5 + 5 * 2);
  });

  test("goes on with a condition at the index where it ended, so that no sample is drawn twice", async () => {
    const { plan, loaded } = await planned();
    const once = extendPlan(plan, loaded.experiment, round(0, cell()));
    const twice = extendPlan(
      once,
      loaded.experiment,
      round(1, cell({ question_samples: 3, task_samples: 0 })),
    );
    const samples = twice.blocks
      .filter(({ kind }) => kind === "generate")
      .flatMap((block) => samplesOf(twice, block));
    expect(new Set(samples.map(({ id }) => id)).size).toBe(samples.length);
    const own = samples.filter(
      ({ cell: { strength, prompt } }) => strength === 0.9 && twice.prompts[prompt]?.kind === "question",
    );
    expect(own.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test("samples what a grid would have sampled there", async () => {
    const { plan, loaded } = await planned();
    const [block] = plan.blocks.filter(({ kind }) => kind === "generate");
    if (block === undefined) throw new Error("no block");
    const gridIds = plan.blocks
      .filter(({ kind }) => kind === "generate")
      .flatMap((each) => samplesOf(plan, each))
      .filter(({ cell: { strength, method } }) => strength === 0.7 && method === "caa-last-token");
    const empty = { ...plan, cells: [], blocks: [], samples: 0, measurements: [] };
    const extended = extendPlan(
      empty,
      loaded.experiment,
      round(0, cell({ strength: 0.7, question_samples: 8 })),
    );
    const ids = extended.blocks
      .filter(({ kind }) => kind === "generate")
      .flatMap((each) => samplesOf(extended, each).map(({ id }) => id));
    expect(new Set(gridIds.map(({ id }) => id))).toEqual(new Set([...gridIds.map(({ id }) => id), ...ids]));
    expect(ids.length).toBeGreaterThan(0);
  });

  test("reads log-probabilities once a condition, and plans each vector once", async () => {
    const { plan, loaded } = await planned();
    const once = extendPlan(plan, loaded.experiment, round(0, cell()));
    const twice = extendPlan(once, loaded.experiment, round(1, cell()));
    const measured = (whole: typeof once) =>
      whole.blocks.filter(({ kind }) => kind === "logprobs").flatMap((block) => measurementsOf(whole, block));
    expect(measured(once).length).toBe(measured(plan).length + 2);
    expect(measured(twice).length).toBe(measured(once).length);
    expect(twice.vectors).toEqual(plan.vectors);
  });

  test("is the same for the same round", async () => {
    const { plan, loaded } = await planned();
    const again = () => extendPlan(plan, loaded.experiment, round(0, cell(), cell({ strength: 1.1 })));
    expect(again()).toEqual(again());
  });

  test("refuses what the experiment does not have", async () => {
    const { plan, loaded } = await planned();
    const extend = (changes: Partial<RoundCell>) => () =>
      extendPlan(plan, loaded.experiment, round(0, cell(changes)));
    expect(extend({ method: "other" })).toThrow(/unknown method other/);
    expect(extend({ question: "other" })).toThrow(/unknown question other/);
  });
});
