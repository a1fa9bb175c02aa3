import { beforeAll, describe, expect, it } from "vitest";
import type { ActivationMethod, Experiment } from "../../src/config/experiment.js";
import type { PlannedModel } from "../../src/plan/plan.js";
import { planVector, resampleStatements } from "../../src/plan/vectors.js";
import { EXPERIMENT, makeProject } from "../config/project.js";

const STATEMENTS = {
  positive: ["p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7"],
  negative: ["n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7"],
};
const SHAPE = {
  layers: 8,
  d_model: 8,
  heads: 1,
  kv_heads: 1,
  head_dim: 8,
  d_mlp: 8,
  vocab_size: 8,
  parameters: 1,
};

let experiment: Experiment;
beforeAll(async () => {
  const list = (letter: string) => `[${STATEMENTS.positive.map((_, index) => letter + index).join(", ")}]`;
  const project = await makeProject();
  await project.write({
    "configs/questions/many.yaml": `messages: [{ role: user, content: x }]
right: [a]
target: [b]
contrast: { last_token: { positive: ${list("p")}, negative: ${list("n")} } }
`,
  });
  const text = EXPERIMENT.replace("[bird, planet]", "[many]").replace(
    "[caa, random]",
    "[{ preset: caa, draws: 4, resample: statements }]",
  );
  ({ experiment } = await project.load(text));
});

interface Options {
  readonly model: string;
  readonly draw: number;
  readonly seed: number;
  readonly layer: number;
  readonly resample: ActivationMethod["resample"];
}

function vectorOf(options: Partial<Options>) {
  const { model = "tiny", draw = 0, seed = 0, layer = 6, resample = "statements" } = options;
  const [reference] = experiment.models;
  const [method] = experiment.methods;
  const [question] = experiment.questions;
  if (reference === undefined || method?.kind !== "activation" || question === undefined)
    throw new TypeError();
  const planned: PlannedModel = { ...reference, name: model, ref: model, shape: SHAPE };
  const stated: ActivationMethod = { ...method, resample };
  return planVector(planned, stated, question, layer, draw, seed);
}

describe("planVector with resampled statements", () => {
  it("fits the first draw to the statements as they are: the vector of a method that resamples none", () => {
    const first = vectorOf({ draw: 0 });
    expect(first.contrast).toEqual({ ...STATEMENTS, position: "last_token" });
    expect(first).toEqual(vectorOf({ draw: 0, resample: "none" }));
  });

  it("fits every later draw to a resample of as many statements, pairs kept", () => {
    const draws = [1, 2, 3].map((draw) => vectorOf({ draw }).contrast);
    expect(new Set(draws.map((contrast) => contrast?.positive.join(" "))).size).toBe(3);
    for (const contrast of draws) {
      expect(contrast?.positive).toHaveLength(8);
      expect(contrast?.positive.every((text) => STATEMENTS.positive.includes(text))).toBe(true);
      expect(contrast?.negative).toEqual(contrast?.positive.map((text) => text.replace("p", "n")));
    }
  });

  it("draws the same on every model and layer, and something else under another seed", () => {
    const { contrast, id } = vectorOf({ draw: 2 });
    const elsewhere = vectorOf({ draw: 2, model: "small", layer: 3 });
    expect(elsewhere.contrast).toEqual(contrast);
    expect(elsewhere.id).not.toBe(id);
    expect(vectorOf({ draw: 2, seed: 1 }).contrast).not.toEqual(contrast);
  });
});

describe("resampleStatements", () => {
  it("draws each side by itself where the sides differ in length", () => {
    const uneven = { positive: STATEMENTS.positive, negative: STATEMENTS.negative.slice(0, 5) };
    const { positive, negative } = resampleStatements(uneven, "key");
    expect([positive.length, negative.length]).toEqual([8, 5]);
    expect(negative.every((text) => uneven.negative.includes(text))).toBe(true);
    expect(resampleStatements(uneven, "key")).toEqual({ positive, negative });
  });

  it("leaves out about 1/e of the statements, as drawing with replacement does", () => {
    const kept = Array.from(
      { length: 400 },
      (_, index) => new Set(resampleStatements(STATEMENTS, `key ${index}`).positive).size / 8,
    );
    const mean = kept.reduce((sum, share) => sum + share, 0) / kept.length;
    expect(mean).toBeCloseTo(1 - (7 / 8) ** 8, 1);
  });
});
