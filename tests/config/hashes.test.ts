import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { diffExperiments } from "../../src/config/diff-experiments.js";
import { analysisHash, generationHash } from "../../src/config/hashes.js";
import { loadResolved, resolvedYaml } from "../../src/config/resolved-yaml.js";
import { EXPERIMENT, FILES, makeProject, type Project } from "./project.js";

let project: Project;
beforeAll(async () => {
  project = await makeProject();
});

const hashOf = async (text: string, set: string[] = []) =>
  generationHash((await project.load(text, set)).experiment);

describe("generationHash", () => {
  it("is the same in another folder, with comments and with defaults written out", async () => {
    const other = await makeProject();
    const elsewhere = generationHash(
      (await other.load(`# a note\n${EXPERIMENT}seed: 0\npositions: all\n`)).experiment,
    );
    expect(elsewhere).toBe(await hashOf(EXPERIMENT));
    expect(elsewhere).toMatch(/^[0-9a-f]{12}$/);
  });

  it.each([
    "seed=1",
    "samples.task=3",
    "baseline.task=3",
    "layers=[0.5]",
    "strengths.values=[0.5, 2]",
    "positions=prompt",
    "decoding.task.top_k=3",
    "methods.1=prompt",
    "models=[models/tiny]",
    "measurements=[]",
    "execution.block=64",
    "execution.dtype=bfloat16",
    "strengths=auto",
    "layers=auto",
    "design.precision=0.3",
    "methods.1={preset: random, draws: 3}",
  ])("changes with %s", async (setting) => {
    expect(await hashOf(EXPERIMENT, [setting])).not.toBe(await hashOf(EXPERIMENT));
  });

  it.each(["name=other", "description=x", "execution.workers=3", "analysis.target_threshold=0.6"])(
    "does not change with %s",
    async (setting) => {
      expect(await hashOf(EXPERIMENT, [setting])).toBe(await hashOf(EXPERIMENT));
    },
  );

  it("changes with the scorers and with the source of a user's own, not with its place", async () => {
    await project.write({ "tone.py": "1", "mine/tone.py": "1" });
    const before = await hashOf(`${EXPERIMENT}scorers: [./tone.py]\n`);
    expect(before).not.toBe(await hashOf(EXPERIMENT));
    expect(await hashOf(`${EXPERIMENT}scorers: [refusal]\n`)).not.toBe(before);
    expect(await hashOf(`${EXPERIMENT}scorers: [mine/tone.py]\n`)).toBe(before);
    await project.write({ "tone.py": "2" });
    expect(await hashOf(`${EXPERIMENT}scorers: [./tone.py]\n`)).not.toBe(before);
  });

  it("changes with the data files and with the source of a user's own method, not with its place", async () => {
    const text = EXPERIMENT.replace("[caa, random]", "[{ name: m, direction: ./a.py }]");
    await project.write({ "a.py": "1", "b.py": "1" });
    const before = await hashOf(text);
    expect(await hashOf(text.replace("a.py", "./b.py"))).not.toBe("");
    await project.write({ "a.py": "2" });
    expect(await hashOf(text)).not.toBe(before);
    const plain = await hashOf(EXPERIMENT);
    const bird = FILES["configs/questions/bird.yaml"] ?? "";
    await project.write({ "configs/questions/bird.yaml": bird.replace("an owl.", "an owl!") });
    expect(await hashOf(EXPERIMENT)).not.toBe(plain);
    await project.write({ "configs/questions/bird.yaml": bird });
    expect(await hashOf(EXPERIMENT)).toBe(plain);
  });
});

describe("analysisHash", () => {
  const of = async (...set: string[]) => analysisHash((await project.load(EXPERIMENT, set)).experiment);

  it.each([
    "analysis.bootstrap=500",
    "analysis.target_threshold=0.4",
    "analysis.primary=frontier",
    "analysis.frontier_losses=[0.05, 0.2]",
    "analysis.contrasts=[{method: caa, against: random}]",
  ])("changes with %s", async (setting) => {
    expect(await of(setting)).not.toBe(await of());
  });

  it.each(["name=other", "description=x", "seed=5", "design.precision=0.3", "analysis.primary=width"])(
    "does not change with %s",
    async (setting) => {
      expect(await of(setting)).toBe(await of());
    },
  );
});

describe("diffExperiments", () => {
  it("names the keys that differ, with both values", async () => {
    const { experiment: before } = await project.load(EXPERIMENT);
    const { experiment: after } = await project.load(EXPERIMENT, [
      "seed=3",
      "strengths.values=[0.5, 2]",
      "layers=[1, 2]",
    ]);
    expect(diffExperiments(before, before)).toEqual([]);
    expect(diffExperiments(before, after)).toEqual([
      { key: "methods[0].layers", before: "[0.75]", after: "[1,2]" },
      { key: "methods[0].strengths.values[1]", before: "1", after: "2" },
      { key: "methods[1].layers", before: "[0.75]", after: "[1,2]" },
      { key: "methods[1].strengths.values[1]", before: "1", after: "2" },
      { key: "seed", before: "0", after: "3" },
    ]);
  });

  it("names a grid that has become a search, and layers that are to be chosen", async () => {
    const { experiment: before } = await project.load(EXPERIMENT, ["methods=[caa]", "questions=[bird]"]);
    const { experiment: after } = await project.load(EXPERIMENT, [
      "methods=[caa]",
      "questions=[bird]",
      "development=[planet]",
      "strengths=auto",
      "layers=auto",
    ]);
    const keys = diffExperiments(before, after).map(({ key }) => key);
    expect(keys).toEqual([
      "development",
      "methods[0].layers",
      "methods[0].strengths.kind",
      "methods[0].strengths.values",
      "methods[0].strengths.from",
      "methods[0].strengths.to",
    ]);
  });
});

describe("resolvedYaml", () => {
  it("keeps every digit of a case's whole numbers, which decide the generation hash", async () => {
    const code = FILES["configs/capabilities/code.yaml"] ?? "";
    const hashes: string[] = [];
    for (const value of [10n ** 30n, 10n ** 30n + 1n]) {
      const cases = `{ args: [[-${2n ** 64n}]], value: { a: ${value} } }`;
      await project.write({
        "configs/capabilities/long.yaml": code.replace("{ args: [2], value: 4 }", cases),
      });
      const { experiment } = await project.load(EXPERIMENT.replace("[code]", "[long]"));
      expect(experiment.capabilities[0]?.tasks[0]?.cases).toEqual([
        { args: [[-(2n ** 64n)]], value: { a: value } },
      ]);
      await project.write({ "config.resolved.yaml": resolvedYaml(experiment) });
      expect(await loadResolved(join(project.root, "config.resolved.yaml"))).toEqual(experiment);
      hashes.push(generationHash(experiment));
    }
    expect(new Set(hashes).size).toBe(2);
  });

  it("is read back as the same experiment", async () => {
    for (const set of [
      ["methods.1=prompt"],
      [
        "layers=auto",
        "strengths=auto",
        "design={max_samples: 9}",
        "analysis={contrasts: [{method: caa, against: random}]}",
      ],
    ]) {
      const { experiment } = await project.load(EXPERIMENT, set);
      await project.write({ "config.resolved.yaml": resolvedYaml(experiment) });
      const again = await loadResolved(join(project.root, "config.resolved.yaml"));
      expect(again).toEqual(experiment);
      expect(generationHash(again)).toBe(generationHash(experiment));
      expect(analysisHash(again)).toBe(analysisHash(experiment));
    }
  });

  it("locates what has been broken in it", async () => {
    const { experiment } = await project.load(EXPERIMENT);
    await project.write({ "broken.yaml": resolvedYaml(experiment).replace("seed: 0", "seed: x") });
    await expect(loadResolved("broken.yaml", project.root)).rejects.toThrow(
      /^broken\.yaml:\d+:7 seed: of the wrong type, received "x", expected a number$/,
    );
  });
});
