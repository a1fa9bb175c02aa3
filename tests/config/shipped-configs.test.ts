import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { generationHash } from "../../src/config/hashes.js";
import { loadExperiment } from "../../src/config/load-experiment.js";
import { loadFile } from "../../src/config/load-file.js";
import { readModelShapes } from "../../src/plan/cost/model-shape.js";
import { makePlan } from "../../src/plan/make-plan.js";
import { jsonSchemas } from "./json-schemas.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const yamlBelow = (folder: string) =>
  readdirSync(join(root, "configs", folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => join("configs", folder, name))
    .sort();

describe("shipped data", () => {
  it.each(yamlBelow("experiments"))("%s parses and plans without models or network", async (path) => {
    const { experiment } = await loadExperiment(path, { root, cwd: root });
    const shapes = await readModelShapes(experiment.models, root);
    const plan = makePlan(experiment, shapes, generationHash(experiment));
    expect(plan.samples).toBeGreaterThan(100);
    const roles = new Set(plan.cells.map(({ role }) => role));
    expect(roles.has("baseline")).toBe(true);
    for (const method of experiment.methods) {
      const found = method.kind === "activation" && method.strengths.kind === "search";
      expect(roles.has(method.role), method.name).toBe(!found);
    }
  });

  it("has the default experiment find layer and strengths, on questions that it does not report", async () => {
    const { experiment } = await loadExperiment("configs/experiments/nano.yaml", { root, cwd: root });
    expect(experiment.development.map(({ domain }) => domain)).toEqual(
      experiment.questions.map(({ domain }) => domain),
    );
    for (const method of experiment.methods) {
      expect(method).toMatchObject({
        layers: "auto",
        strengths: { kind: "search", from: 2 ** -5, to: 2 ** 5 },
      });
    }
  });

  it("has nano-trend.yaml ask eight questions of each domain, along vectors of resampled statements", async () => {
    const { experiment } = await loadExperiment("configs/experiments/nano-trend.yaml", { root, cwd: root });
    const domains = experiment.questions.map(({ domain }) => domain);
    expect(
      ["birds", "capitals", "planets"].map((name) => domains.filter((other) => other === name).length),
    ).toEqual([8, 8, 8]);
    for (const { id, contrast, forcedChoice } of experiment.questions) {
      expect(Object.keys(contrast), id).toEqual(["last_token", "word"]);
      expect(forcedChoice, id).not.toBeNull();
    }
    expect(experiment.methods[0]).toMatchObject({ draws: 3, resample: "statements" });
  });

  it.each(yamlBelow("experiments"))("%s names its schema for editors", (path) => {
    expect(readFileSync(join(root, path), "utf8")).toMatch(
      /^# yaml-language-server: \$schema=\.\.\/experiment\.schema\.json\n/,
    );
  });

  it("has questions and capabilities that parse, each under its file's name", async () => {
    for (const path of [...yamlBelow("questions"), ...yamlBelow("capabilities")]) {
      const file = await loadFile(path, { root, cwd: root });
      const id =
        file.kind === "question" ? file.question.id : file.kind === "capability" ? file.capability.id : null;
      expect(path.endsWith(`/${id}.yaml`), path).toBe(true);
    }
  });

  it("has presets that parse in an experiment", async () => {
    const methods = yamlBelow("methods").map((path) => `./${path}`);
    const set = [`methods=${JSON.stringify(methods.map((path) => path.replace("./configs/", "../")))}`];
    const { experiment } = await loadExperiment("configs/experiments/steering-multi.yaml", {
      root,
      cwd: root,
      set,
    });
    expect(experiment.methods).toHaveLength(methods.length);
  });

  it.each(Object.entries(jsonSchemas()))("configs/%s is that of the code", (name, text) => {
    expect(readFileSync(join(root, "configs", name), "utf8")).toBe(text);
  });

  it("has nano-sae.yaml differ from nano-grid.yaml by one method", () => {
    const lines = (name: string) =>
      readFileSync(join(root, "configs/experiments", name), "utf8")
        .split("\n")
        .filter((line) => !line.startsWith("#") && !line.startsWith("name:"));
    const [nano, sae] = [lines("nano-grid.yaml"), lines("nano-sae.yaml")];
    const changed = nano.flatMap((line, index) => (line === sae[index] ? [] : [[line, sae[index]]]));
    expect(changed).toEqual([["  - caa-last-token", "  - sae-ablate"]]);
  });
});
