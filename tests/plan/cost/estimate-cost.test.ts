import { beforeAll, describe, expect, it } from "vitest";
import { generationHash } from "../../../src/config/hashes.js";
import { type CostBasis, estimateCost } from "../../../src/plan/cost/estimate-cost.js";
import { readModelShapes } from "../../../src/plan/cost/model-shape.js";
import { makePlan } from "../../../src/plan/make-plan.js";
import type { Plan } from "../../../src/plan/plan.js";
import { EXPERIMENT, makeProject } from "../../config/project.js";

const CPU: CostBasis = { device: "cpu", dtype: "float32", workers: 1, threads: 1, rows: 64 };
let plan: Plan;
beforeAll(async () => {
  const project = await makeProject();
  const { experiment } = await project.load(EXPERIMENT, [
    "decoding.question.max_tokens=10",
    "decoding.task.max_tokens=20",
  ]);
  plan = makePlan(
    experiment,
    await readModelShapes(experiment.models, project.root),
    generationHash(experiment),
  );
});

describe("estimateCost", () => {
  it("counts cells, samples and the most tokens exactly", () => {
    const cost = estimateCost(plan, CPU);
    expect(cost).toMatchObject({ cells: 80, samples: plan.samples, vectors: 12, blocks: plan.blocks.length });
    const tokens = plan.cells.reduce((sum, { n, decoding }) => sum + n * decoding.max_tokens, 0);
    expect(cost.max_tokens).toBe(tokens);
    expect(cost.expected_tokens).toBeLessThan(tokens);
    expect(cost.models.map(({ samples }) => samples).reduce((a, b) => a + b)).toBe(plan.samples);
  });

  it("takes less time with more workers or a faster device, and more memory with more rows or wider numbers", () => {
    const { seconds, memory_bytes } = estimateCost(plan, CPU);
    expect(estimateCost(plan, { ...CPU, workers: 2 }).seconds).toBeLessThan(seconds);
    expect(estimateCost(plan, { ...CPU, device: "cuda" }).seconds).toBeLessThan(seconds);
    expect(estimateCost(plan, { ...CPU, rows: 128 }).memory_bytes).toBeGreaterThan(memory_bytes);
    expect(estimateCost(plan, { ...CPU, dtype: "bfloat16" }).memory_bytes).toBeLessThan(memory_bytes);
  });
});
