import { createHash } from "node:crypto";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { ActivationMethod, Method } from "../../src/config/experiment.js";
import { EXPERIMENT, FILES, makeProject, type Project } from "./project.js";

let project: Project;
beforeAll(async () => {
  project = await makeProject();
});

function activation(method: Method | undefined): ActivationMethod {
  if (method?.kind !== "activation") throw new TypeError(`${method?.name} is not an activation method`);
  return method;
}

const methodsOf = async (methods: string, set: string[] = []) =>
  (await project.load(EXPERIMENT.replace("methods: [caa, random]", methods), set)).experiment.methods;

describe("loadExperiment", () => {
  it("inlines questions, capabilities and presets by name", async () => {
    const { experiment, source } = await project.load(EXPERIMENT);
    expect(source).toEqual({ path: join(project.root, "experiment.yaml"), text: EXPERIMENT });
    expect(experiment.questions.map(({ id, domain }) => [id, domain])).toEqual([
      ["bird", null],
      ["planet", "planets"],
    ]);
    expect(experiment.questions[0]?.forcedChoice?.target).toBe(" an owl");
    expect(experiment.capabilities[0]?.tasks.map(({ id, wrong }) => [id, wrong.length])).toEqual([
      ["double", 1],
      ["half", 0],
    ]);
    const [caa, random] = experiment.methods;
    expect(activation(caa)).toMatchObject({
      name: "caa",
      role: "method",
      direction: { kind: "caa", params: { position: "last_token" }, file: null },
      contrast: "last_token",
      edit: { kind: "add", params: {}, file: null },
      positions: "all",
      draws: 1,
      samples: { question: 4, task: 2 },
    });
    expect(random).toMatchObject({ role: "control", draws: 2, samples: { question: 2, task: 2 } });
  });

  it("fills in what the config leaves out, and takes four baseline samples for one", async () => {
    const { experiment } = await project.load(EXPERIMENT);
    expect(experiment.baseline).toEqual({ question: 16, task: 8 });
    expect(experiment.decoding.task).toEqual({
      temperature: 1,
      top_k: 0,
      top_p: 1,
      max_tokens: 256,
      stop: [],
    });
    expect(experiment.measurements).toEqual(["answer_logprobs"]);
    expect(experiment.execution.block).toBe(512);
    expect(experiment.analysis.capability_threshold).toBe(0.9);
  });

  it("freezes everything", async () => {
    const { experiment } = await project.load(EXPERIMENT);
    expect(Object.isFrozen(experiment.questions[0]?.contrast.last_token?.positive)).toBe(true);
  });

  it("spaces a grid evenly in log strength by default", async () => {
    const grid = "[{ preset: caa, strengths: { unit: raw, from: 0.25, to: 4, count: 5 } }]";
    expect(activation((await methodsOf(`methods: ${grid}`))[0]).strengths).toEqual({
      kind: "grid",
      unit: "raw",
      values: [0.25, 0.5, 1, 2, 4],
    });
    const linear = grid.replace("count: 5", "count: 4, spacing: linear");
    expect(activation((await methodsOf(`methods: ${linear}`))[0]).strengths).toMatchObject({
      values: [0.25, 1.5, 2.75, 4],
    });
  });

  const bare = EXPERIMENT.replace(/^(layers|strengths): .*\n/gm, "");

  it("searches strengths over ten octaves and chooses layers where the config tells neither", async () => {
    const silent = (await project.load(bare)).experiment;
    const stated = (await project.load(`${bare}strengths: auto\nlayers: auto\n`)).experiment;
    expect(stated).toEqual(silent);
    for (const method of silent.methods) {
      expect(activation(method)).toMatchObject({
        layers: "auto",
        strengths: { kind: "search", unit: "resid", from: 1 / 32, to: 32 },
      });
    }
  });

  it("searches between the ends that the config gives", async () => {
    const search = "[{ preset: caa, strengths: { unit: raw, from: 0.5, to: 8, spacing: auto } }]";
    expect(activation((await methodsOf(`methods: ${search}`))[0]).strengths).toEqual({
      kind: "search",
      unit: "raw",
      from: 0.5,
      to: 8,
    });
  });

  it("sets the last third of the questions aside where layers are chosen and no others are named", async () => {
    await project.write({
      "configs/questions/third.yaml": (FILES["configs/questions/bird.yaml"] ?? "").replace("caracara", "x"),
    });
    const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id);
    for (const [asked, reported, set] of [
      ["[bird, planet]", ["bird"], ["planet"]],
      ["[bird, planet, third]", ["bird", "planet"], ["third"]],
    ] as const) {
      const { questions, development } = (await project.load(bare, [`questions=${asked}`])).experiment;
      expect([ids(questions), ids(development)]).toEqual([reported, set]);
    }
    const named = (await project.load(bare, ["questions=[bird]", "development=[third]"])).experiment;
    expect([ids(named.questions), ids(named.development)]).toEqual([["bird"], ["third"]]);
    expect((await project.load(bare, ["layers=[0.5]"])).experiment.development).toEqual([]);
  });

  it("has a control go where the methods go", async () => {
    const methods = "methods: [{ preset: caa, layers: [2, 4] }, random]";
    const layers = (list: readonly Method[]) => list.map((method) => activation(method).layers);
    const load = async (text: string) => (await project.load(text)).experiment;
    const told = await load(bare.replace("methods: [caa, random]", methods));
    expect([layers(told.methods), told.development]).toEqual([
      [
        [2, 4],
        [2, 4],
      ],
      [],
    ]);
    expect(layers((await load(bare)).methods)).toEqual(["auto", "auto"]);
  });

  it("reads the design and the analysis, and fills in what they leave out", async () => {
    const settings = async (set: string[]) => {
      const { design, analysis } = (await project.load(EXPERIMENT, set)).experiment;
      return { design, analysis };
    };
    const { design, analysis } = await settings([]);
    expect(design).toEqual({ precision: 0.4, window_samples: 1600, max_samples: null, max_minutes: null });
    expect(analysis).toMatchObject({ frontier_losses: [0.02, 0.05, 0.1], primary: "width", contrasts: [] });
    expect(analysis.smallest_slope).toEqual({ width: 0.1, safety: 0.1, frontier: 0.02 });
    const changed = await settings([
      "design={precision: 0.2, window_samples: 800, max_samples: 5000, max_minutes: 2.5}",
      "analysis={frontier_loss: 0.03, primary: safety, smallest_slope: {safety: 0.2}, contrasts: [{method: caa, against: random}]}",
    ]);
    expect(changed.design).toEqual({
      precision: 0.2,
      window_samples: 800,
      max_samples: 5000,
      max_minutes: 2.5,
    });
    expect(changed.analysis).toMatchObject({
      frontier_loss: 0.03,
      frontier_losses: [0.02, 0.03, 0.05, 0.1],
      primary: "safety",
      smallest_slope: { width: 0.1, safety: 0.2, frontier: 0.02 },
      contrasts: [{ method: "caa", against: "random" }],
    });
  });

  it("lets an entry override its preset, and a preset the top of the experiment", async () => {
    const methods = await methodsOf(
      "methods: [random, { preset: random, name: other, draws: 5, layers: [2, 0.5], positions: generated }]",
    );
    expect(methods.map((method) => activation(method).draws)).toEqual([2, 5]);
    expect(activation(methods[1])).toMatchObject({ name: "other", layers: [2, 0.5], positions: "generated" });
  });

  it("reads the statements that the direction's position asks for", async () => {
    const one = (rest: string) => `methods: [{ name: m, direction: ${rest} }]`;
    const only = EXPERIMENT.replace("[bird, planet]", "[bird]");
    const load = async (rest: string) =>
      activation(
        (await project.load(only.replace("methods: [caa, random]", one(rest)))).experiment.methods[0],
      );
    expect((await load("{ kind: caa, position: word }")).contrast).toBe("word");
    expect((await load("caa")).contrast).toBe("last_token");
    expect((await load("caa, contrast: none")).contrast).toBeNull();
  });

  it("hashes a direction or edit of the user's own, found relative to the config", async () => {
    await project.write({ "mine/own.py": "VALUE = 1\n" });
    const methods = await methodsOf(
      "methods: [{ name: a, direction: ./mine/own.py }, { name: b, direction: caa, edit: { file: mine/own.py, scale: 2 } }]",
    );
    const sha256 = createHash("sha256").update("VALUE = 1\n").digest("hex");
    const kind = join(project.root, "mine/own.py");
    expect(activation(methods[0]).direction).toEqual({
      kind,
      params: {},
      file: { path: "./mine/own.py", sha256 },
    });
    expect(activation(methods[1]).edit).toEqual({
      kind,
      params: { scale: 2 },
      file: { path: "mine/own.py", sha256 },
    });
  });

  it("hashes the file of a vector_file and places ./ parameters relative to the config", async () => {
    await project.write({ "v.safetensors": "bytes" });
    const methods = await methodsOf(
      "methods: [{ name: a, direction: { kind: vector_file, path: v.safetensors } }, { name: b, direction: { kind: sae, dictionary: ./sae } }]",
    );
    expect(activation(methods[0]).direction).toMatchObject({
      params: { path: join(project.root, "v.safetensors") },
      file: { path: "v.safetensors", sha256: createHash("sha256").update("bytes").digest("hex") },
    });
    expect(activation(methods[1]).direction.params).toEqual({ dictionary: join(project.root, "sae") });
  });

  it("takes a folder where one exists and a hub id where the text has one slash", async () => {
    const text = EXPERIMENT.replace(
      "[models/tiny, models/small]",
      "[models/tiny, { model: google/gemma-3-1b-it, revision: abc, name: one, parameters: 5 }]",
    );
    const { models } = (await project.load(text)).experiment;
    expect(models).toEqual([
      {
        name: "tiny",
        ref: join(project.root, "models/tiny"),
        source: "folder",
        revision: null,
        parameters: null,
      },
      { name: "one", ref: "google/gemma-3-1b-it", source: "hub", revision: "abc", parameters: 5 },
    ]);
  });

  it("applies --set to keys, list entries and new maps", async () => {
    const { experiment } = await project.load(EXPERIMENT, [
      "samples.question=9",
      "methods.1=prompt",
      "questions=[bird]",
      "decoding.task.temperature=0.7",
    ]);
    expect(experiment.methods[0]?.samples.question).toBe(9);
    expect(experiment.methods[1]?.kind).toBe("prompt");
    expect(experiment.questions).toHaveLength(1);
    expect(experiment.decoding.task.temperature).toBe(0.7);
  });

  it("finds a question by a path relative to the config", async () => {
    await project.write({
      "own/q.yaml": "messages: [{ role: user, content: Hi? }]\nright: [a]\ntarget: [b]\n",
    });
    const { experiment } = await project.load(EXPERIMENT, [
      "questions=[own/q.yaml, more/planet]",
      "methods=[{name: m, direction: pca}]",
    ]);
    expect(experiment.questions.map(({ id }) => id)).toEqual(["q", "planet"]);
  });
});
