import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import type { Catalogue } from "../../../src/config/checks/catalogue.js";
import { checkAgainstCatalogue, userMethodFiles } from "../../../src/config/checks/check-catalogue.js";
import { parameterEntries, throwParameterProblems } from "../../../src/config/checks/check-parameters.js";
import { checkAgainstShapes } from "../../../src/config/checks/check-shapes.js";
import { EXPERIMENT, makeProject, type Project } from "../project.js";

const CATALOGUE: Catalogue = {
  directions: [
    { kind: "caa", needs_contrast: true, contrast: "last_token", random: false, tensors: ["vector"] },
    { kind: "random", needs_contrast: true, contrast: "last_token", random: true, tensors: ["vector"] },
    { kind: "wordy", needs_contrast: true, contrast: "word", random: false, tensors: ["vector"] },
    { kind: "sae", needs_contrast: false, contrast: null, random: false, tensors: ["w_enc", "w_dec"] },
  ],
  edits: [
    { kind: "add", axis: "log", units: ["raw", "resid"], neutral: 0, tensors: ["vector"] },
    { kind: "ablate", axis: "linear", units: ["raw"], neutral: 1, tensors: ["vector"] },
    { kind: "swap", axis: "none", units: ["resid"], neutral: null, tensors: ["vector"] },
  ],
  engines: [{ name: "auto" }, { name: "batched" }, { name: "served" }],
};

let project: Project;
beforeAll(async () => {
  project = await makeProject();
});

const load = (methods: string) => project.load(EXPERIMENT.replace("[caa, random]", methods));

describe("checkAgainstCatalogue", () => {
  it("accepts what the worker offers", async () => {
    checkAgainstCatalogue(await load("[caa, random]"), CATALOGUE);
  });

  it.each([
    ["[{ preset: caa, edit: ad }]", '5:32 methods[0].edit: no such edit, received "ad", expected "add"'],
    [
      "[{ name: x, direction: pls }]",
      '5:33 methods[0].direction: no such direction, received "pls", expected one of caa, random, wordy, sae',
    ],
    [
      "[{ preset: caa, edit: ablate, strengths: { unit: resid, values: [2] } }]",
      '5:59 methods[0].strengths.unit: not a unit of the edit ablate, received "resid", expected raw',
    ],
    [
      "[{ preset: caa, edit: ablate, strengths: { unit: raw, values: [1, 2] } }]",
      "5:51 methods[0].strengths: at 1 the edit ablate changes nothing, received [1,2], expected strengths that change something; the baseline is always sampled",
    ],
    [
      "[{ preset: caa, edit: swap }]",
      "7:12 strengths: the edit swap has no axis of strength, received [0.5,1], expected a single value",
    ],
    [
      "[{ preset: caa, draws: 3 }]",
      "5:33 methods[0].draws: every draw of the direction caa is the same, received 3, expected 1, or resample: statements",
    ],
    [
      "[{ preset: caa, edit: ablate, strengths: auto }]",
      '5:40 methods[0].strengths.unit: not a unit of the edit ablate, received "resid", expected explicit strengths, such as { unit: raw, from: 0.25, to: 16, spacing: auto }',
    ],
    [
      "[{ preset: caa, edit: ablate, strengths: { unit: raw, from: 0.5, to: 4, spacing: auto } }]",
      "5:70 methods[0].strengths.from: the edit ablate changes nothing at 1, and a search goes up from there, received 0.5, expected more than 1",
    ],
    [
      "[{ preset: caa, edit: swap, strengths: auto }]",
      '5:49 methods[0].strengths: the edit swap has no axis of strength to search, received "auto", expected a single value',
    ],
    [
      "[{ name: x, direction: wordy }]",
      '5:11 methods[0]: the direction wordy reads statements elsewhere, received "last_token", expected word',
    ],
    [
      "[{ name: x, direction: sae }]",
      '5:11 methods[0]: needs "vector", which the direction sae does not fit, received "add", expected an edit for w_enc, w_dec',
    ],
  ])("locates %s", async (methods, problem) => {
    const loaded = await load(methods);
    expect(() => checkAgainstCatalogue(loaded, CATALOGUE)).toThrow(`experiment.yaml:${problem}`);
  });

  it("accepts an engine that the worker has, and locates one that it has not", async () => {
    checkAgainstCatalogue(await project.load(`${EXPERIMENT}execution: { engine: served }\n`), CATALOGUE);
    const lines = EXPERIMENT.split("\n").length;
    for (const [engine, expected] of [
      ["bached", '"batched"'],
      ["vllm", "one of auto, batched, served"],
    ]) {
      const loaded = await project.load(`${EXPERIMENT}execution: { engine: ${engine} }\n`);
      expect(() => checkAgainstCatalogue(loaded, CATALOGUE)).toThrow(
        `experiment.yaml:${lines}:22 execution.engine: no such engine, received "${engine}", expected ${expected}`,
      );
    }
  });

  it("refuses what cannot be the name of an engine before a worker is there", async () => {
    await expect(project.load(`${EXPERIMENT}execution: { engine: "Fast one" }\n`)).rejects.toThrow(
      "the name of an engine, such as auto, batched or transformer_lens",
    );
  });

  it("accepts draws of resampled statements, and a search above the neutral strength", async () => {
    const statements = {
      "configs/questions/two.yaml":
        "messages: [{ role: user, content: x }]\nright: [a]\ntarget: [b]\ncontrast: { last_token: { positive: [a, b], negative: [c, d] } }\n",
    };
    await project.write(statements);
    const methods =
      "[{ preset: caa, draws: 3, resample: statements }, { preset: caa, name: more, edit: ablate, strengths: { unit: raw, from: 1.5, to: 8, spacing: auto } }]";
    const text = EXPERIMENT.replace("[caa, random]", methods).replace("[bird, planet]", "[two]");
    checkAgainstCatalogue(await project.load(text), CATALOGUE);
  });

  it("asks of a development question what its method reads", async () => {
    const set = ["layers=auto", "questions=[bird]", "development=[planet]"];
    const text = EXPERIMENT.replace("[caa, random]", "[{ name: x, direction: wordy, contrast: word }]");
    const loaded = await project.load(text, set);
    expect(() => checkAgainstCatalogue(loaded, CATALOGUE)).toThrow(
      /^configs\/questions\/more\/planet\.yaml:8:1 contrast\.word: missing, and the method x reads/,
    );
  });

  it("says in the question's file which statements it lacks", async () => {
    const loaded = await load("[{ name: x, direction: wordy, contrast: word }]");
    expect(() => checkAgainstCatalogue(loaded, CATALOGUE)).toThrow(
      /^configs\/questions\/more\/planet\.yaml:8:1 contrast\.word: missing, and the method x reads/,
    );
  });

  it("lists the user's own files once and says what they do not define", async () => {
    await project.write({ "own.py": "" });
    const loaded = await load("[{ name: x, direction: ./own.py, edit: own.py }]");
    const sha256 = createHash("sha256").update("").digest("hex");
    expect(userMethodFiles(loaded.experiment)).toEqual([{ path: `${project.root}/own.py`, sha256 }]);
    expect(() => checkAgainstCatalogue(loaded, CATALOGUE)).toThrow(
      'experiment.yaml:5:33 methods[0].direction: the file defines no direction, received "./own.py"',
    );
  });
});

describe("throwParameterProblems", () => {
  it("locates what the worker found in a preset's parameters", async () => {
    const loaded = await load("[caa, random]");
    expect(parameterEntries(loaded).map(({ role, kind }) => `${role} ${kind}`)).toEqual([
      "direction caa",
      "edit add",
      "direction random",
      "edit add",
    ]);
    throwParameterProblems(loaded, []);
    expect(() =>
      throwParameterProblems(loaded, [{ index: 0, path: ["position"], message: "Input should be x" }]),
    ).toThrow(
      'configs/methods/caa.yaml:1:35 direction.position: not a parameter that caa takes: Input should be x, received "last_token"',
    );
  });
});

describe("checkAgainstShapes", () => {
  it("locates a layer that a model does not have", async () => {
    const loaded = await project.load(EXPERIMENT, []);
    const deep = await project.load(EXPERIMENT.replace("[0.75]", "[0.75, 9]"));
    const shapes = new Map([
      ["tiny", { layers: 8 }],
      ["small", { layers: 10 }],
    ]);
    checkAgainstShapes(loaded, shapes);
    expect(() => checkAgainstShapes(deep, shapes)).toThrow(
      "experiment.yaml:6:16 layers[1]: lies outside tiny, received 9, expected an index below 8",
    );
  });
});
