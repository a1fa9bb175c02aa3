import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { generationHash } from "../../src/config/hashes.js";
import { jsonSchemas } from "../../src/config/json-schema.js";
import { loadExperiment } from "../../src/config/load-experiment.js";
import { loadFile } from "../../src/config/load-file.js";
import { makePlan } from "../../src/plan/make-plan.js";
import { readModelShapes } from "../../src/plan/model-shape.js";

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
    expect(new Set(plan.cells.map(({ role }) => role))).toEqual(new Set(["baseline", "method", "control"]));
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

  it("has nano-sae.yaml differ from nano.yaml by one method", () => {
    const lines = (name: string) =>
      readFileSync(join(root, "configs/experiments", name), "utf8")
        .split("\n")
        .filter((line) => !line.startsWith("#") && !line.startsWith("name:"));
    const [nano, sae] = [lines("nano.yaml"), lines("nano-sae.yaml")];
    const changed = nano.flatMap((line, index) => (line === sae[index] ? [] : [[line, sae[index]]]));
    expect(changed).toEqual([["  - caa-last-token", "  - sae-ablate"]]);
  });
});
