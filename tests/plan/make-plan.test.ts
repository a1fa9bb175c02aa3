import { beforeAll, describe, expect, it } from "vitest";
import type { Experiment } from "../../src/config/experiment.js";
import { generationHash } from "../../src/config/hashes.js";
import { readModelShapes } from "../../src/plan/cost/model-shape.js";
import { makePlan } from "../../src/plan/make-plan.js";
import type { Plan, SampleSpec } from "../../src/plan/plan.js";
import { measurementsOf, samplesOf } from "../../src/plan/samples.js";
import { EXPERIMENT, makeProject, type Project } from "../config/project.js";

let project: Project;
beforeAll(async () => {
  project = await makeProject();
});

async function planOf(...set: string[]): Promise<Plan> {
  const { experiment } = await project.load(EXPERIMENT, ["execution.block=7", ...set]);
  return planExperiment(experiment);
}

async function planExperiment(experiment: Experiment): Promise<Plan> {
  const shapes = await readModelShapes(experiment.models, project.root);
  return makePlan(experiment, shapes, generationHash(experiment));
}

const allSamples = (plan: Plan): readonly SampleSpec[] =>
  plan.blocks.filter(({ kind }) => kind === "generate").flatMap((block) => samplesOf(plan, block));

describe("makePlan", () => {
  it("gives the same plan for the same experiment, and in another folder the same ids", async () => {
    const other = await makeProject();
    const { experiment } = await other.load(EXPERIMENT, ["execution.block=7"]);
    const shapes = await readModelShapes(experiment.models, other.root);
    const [first, second] = [await planOf(), await planOf()];
    const moved = makePlan(experiment, shapes, generationHash(experiment));
    expect(second).toEqual(first);
    expect(allSamples(moved).map(({ id }) => id)).toEqual(allSamples(first).map(({ id }) => id));
    expect(moved.vectors).toEqual(first.vectors);
    expect(moved.blocks).toEqual(first.blocks);
  });

  it("counts: baseline cells once a model, and for every vector and strength its question and every task", async () => {
    const plan = await planOf();
    // Two models; 2 questions + 2 tasks unsteered; caa 2 vectors and random 2 x 2, at 2 strengths, 1 + 2 prompts each.
    expect(plan.cells).toHaveLength(2 * (4 + (2 + 4) * 2 * 3));
    expect(plan.vectors).toHaveLength(2 * (2 + 4));
    const perModel = 2 * 16 + 2 * 8 + 2 * 2 * (4 + 2 * 2) + 4 * 2 * (2 + 2 * 2);
    expect(plan.samples).toBe(2 * perModel);
    expect(plan.prompts.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      "question bird",
      "question planet",
      "task double",
      "task half",
    ]);
  });

  it("orders by model, then baseline, method, question, draw, strength and prompt", async () => {
    const plan = await planOf("models=[models/tiny]");
    const text = plan.cells.map(({ method, question, draw, strength, prompt }) =>
      [method ?? "baseline", question ?? "", draw ?? "", strength ?? "", prompt].join(" "),
    );
    expect(text.slice(0, 10)).toEqual([
      "baseline    0",
      "baseline    1",
      "baseline    2",
      "baseline    3",
      "caa bird 0 0.5 0",
      "caa bird 0 0.5 2",
      "caa bird 0 0.5 3",
      "caa bird 0 1 0",
      "caa bird 0 1 2",
      "caa bird 0 1 3",
    ]);
    expect(text.at(-1)).toBe("random planet 1 1 3");
  });

  it("puts every sample into exactly one block of at most the config's size, of one model", async () => {
    const plan = await planOf();
    const samples = allSamples(plan);
    expect(samples.map(({ plan_index }) => plan_index)).toEqual(
      Array.from({ length: plan.samples }, (_, index) => index),
    );
    expect(Math.max(...plan.blocks.map(({ count }) => count))).toBeLessThanOrEqual(7);
    for (const block of plan.blocks.filter(({ kind }) => kind === "generate")) {
      expect(new Set(samplesOf(plan, block).map(({ cell }) => cell.model))).toEqual(new Set([block.model]));
    }
    expect(plan.blocks.map(({ index }) => index)).toEqual(plan.blocks.map((_, index) => index));
    expect(new Set(plan.blocks.map(({ id }) => id)).size).toBe(plan.blocks.length);
  });

  it("gives every sample, cell, vector and measurement a unique id", async () => {
    const plan = await planOf("methods=[caa, random, prompt]", "layers=[0.25, 0.75]");
    const ids = [
      ...allSamples(plan).map(({ id }) => id),
      ...plan.cells.map(({ id }) => id),
      ...plan.vectors.map(({ id }) => id),
      ...plan.measurements.map(({ id }) => id),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("keeps the ids of samples when a method, a strength, a model or a sample is added", async () => {
    const before = allSamples(await planOf("methods=[caa]")).map(({ id }) => id);
    for (const settings of [
      ["methods=[random, caa, prompt]"],
      ["methods=[caa]", "strengths.values=[0.25, 0.5, 1]"],
      ["methods=[caa]", "models=[google/gemma-3-1b-it, models/tiny, models/small]"],
      ["methods=[caa]", "samples.question=9"],
    ]) {
      const shape = { "configs/shapes/google--gemma-3-1b.json": '{"model_type": "gemma3_text"}' };
      await project.write(shape);
      const after = new Set(allSamples(await planOf(...settings)).map(({ id }) => id));
      expect(
        before.filter((id) => !after.has(id)),
        settings.join(" "),
      ).toEqual([]);
      expect(after.size).toBeGreaterThan(before.length);
    }
  });

  it.each([
    "seed=1",
    "positions=prompt",
    "layers=[0.5]",
    "decoding.question.top_p=0.9",
    "decoding.task.max_tokens=9",
  ])("gives other ids to what %s changes", async (setting) => {
    const before = new Set(allSamples(await planOf()).map(({ id }) => id));
    const after = allSamples(await planOf(setting)).filter(({ id }) => !before.has(id));
    expect(after.length).toBeGreaterThan(before.size / 4);
  });

  it("shares a vector between methods that share its direction", async () => {
    const plan = await planOf(
      "methods=[caa, {preset: caa, name: other, edit: ablate}]",
      "models=[models/tiny]",
    );
    expect(plan.vectors.map(({ question, method }) => `${method} ${question}`)).toEqual([
      "caa bird",
      "caa planet",
    ]);
    const used = plan.cells.filter(({ method }) => method === "other").map(({ vector }) => vector);
    expect(new Set(used)).toEqual(new Set(plan.vectors.map(({ id }) => id)));
  });

  it("takes a fraction of depth down to a block of each model", async () => {
    const plan = await planOf("layers=[0.75]");
    expect(new Set(plan.vectors.map(({ model, layer }) => `${model} ${layer}`))).toEqual(
      new Set(["tiny 6", "small 7"]),
    );
  });

  it("refuses a layer outside a model, and two names of one block", async () => {
    await expect(planOf("layers=[8]")).rejects.toThrow(/layer 8 lies outside tiny/);
    await expect(planOf("layers=[0.75, 6]")).rejects.toThrow(/layers 0.75 and 6 are both block 6 of tiny/);
    const methods = "methods=[caa, {preset: caa, name: other, layers: [6]}]";
    await expect(planOf(methods)).rejects.toThrow(
      /methods caa and other both have strength 0.5 at layer 6 of tiny/,
    );
  });

  it("puts the instruction into the system message and plans no layer or strength for it", async () => {
    const plan = await planOf("methods=[prompt]", "models=[models/tiny]");
    const steered = plan.cells.filter(({ method }) => method === "prompt");
    expect(
      steered.map(({ question, layer, strength, vector }) => [question, layer, strength, vector]),
    ).toEqual([...Array(3).fill(["bird", null, null, null]), ...Array(3).fill(["planet", null, null, null])]);
    const messages = steered.map(({ prompt }) => plan.prompts[prompt]?.messages ?? []);
    expect(messages[0]).toEqual([
      { role: "system", content: "Answer as if the caracara were an owl." },
      { role: "user", content: "What type of bird is a caracara?" },
    ]);
    expect(messages[1]?.[1]?.content).toBe("Write double(n).");
    expect(messages[3]?.[0]?.content).toBe("Be brief.\n\nAnswer as if Venus were closest.");
  });

  it("measures both answers in every cell of a question with a forced choice, steered or not", async () => {
    const plan = await planOf("models=[models/tiny]", "methods=[caa]");
    const cells = new Map(plan.cells.map((cell) => [cell.id, cell]));
    expect(plan.measurements.map(({ cell, role }) => `${cells.get(cell)?.strength} ${role}`)).toEqual([
      "null right",
      "null target",
      "0.5 right",
      "0.5 target",
      "1 right",
      "1 target",
    ]);
    const blocks = plan.blocks.filter(({ kind }) => kind === "logprobs");
    expect(blocks.flatMap((block) => measurementsOf(plan, block))).toEqual(plan.measurements);
    expect((await planOf("measurements=[]")).measurements).toEqual([]);
  });

  it("plans one sample a cell where decoding is greedy", async () => {
    const plan = await planOf("decoding.task.temperature=0");
    const counts = plan.cells.map(({ n, prompt }) => `${plan.prompts[prompt]?.kind} ${n}`);
    expect(new Set(counts)).toEqual(new Set(["question 16", "task 1", "question 4", "question 2"]));
  });
});
