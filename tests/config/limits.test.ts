import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { LIMITS } from "../../src/config/limits.js";
import { loadExperiment } from "../../src/config/load-experiment.js";
import { EXPERIMENT, makeProject, type Project } from "./project.js";

let project: Project;
beforeAll(async () => {
  project = await makeProject();
});

/** The lines of the error that loading a text fails with. */
async function problems(text: string, set: readonly string[] = []): Promise<readonly string[]> {
  const failure = await project.load(text, set).then(
    () => null,
    (error: unknown) => error,
  );
  if (!(failure instanceof Error) || failure.name !== "UserError") throw failure;
  return failure.message.split("\n");
}

const repeated = (text: string, times: number): string => text.repeat(times);

describe("a file that would exhaust time or memory is refused before it is read in full", () => {
  const numbered = (count: number) => Array.from({ length: count }, (_, index) => `k${index}: 1\n`).join("");
  it.each([
    [
      "nested lists",
      `name: ${repeated("[", 50_000)}`,
      "1:70: too deep, expected lists and maps at most 64 times",
    ],
    [
      "nested dashes",
      `${repeated("- ", 50_000)}a`,
      "1:129: too deep, expected lists and maps at most 64 times",
    ],
    [
      "nested maps",
      Array.from({ length: 500 }, (_, level) => `${repeated(" ", level)}a:\n`).join(""),
      "65:65: too deep, expected lists and maps at most 64 times",
    ],
    ["a map of many keys", numbered(5_000), "1:1: too long, expected at most 2000 keys of one map"],
    [
      "many values",
      `name: [${repeated("1,", 600_000)}]`,
      "1:333337: too long, expected at most 500000 words and signs",
    ],
    [
      "aliases of aliases",
      "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]",
      "2:8: not YAML: aliases (*name) are not",
    ],
    ["two documents", "name: x\n---\nname: y\n", "2:1: not YAML: a second document begins here"],
  ])("%s", async (_, text, problem) => {
    expect((await problems(text))[0]).toContain(`experiment.yaml:${problem}`);
  });

  it("a file of many bytes, one that never ends, and one that is no text", async () => {
    expect(await problems(`name: x\n#${repeated("x", LIMITS.fileBytes)}`)).toEqual([
      "experiment.yaml: larger than 16 MiB, expected a YAML file",
    ]);
    const endless = loadExperiment("/dev/zero", { root: project.root, cwd: project.root });
    await expect(endless).rejects.toThrow("/dev/zero: larger than 16 MiB, expected a YAML file");
    await writeFile(join(project.root, "latin.yaml"), Buffer.from("name: caf\xe9\n", "latin1"));
    const bytes = loadExperiment("latin.yaml", { root: project.root, cwd: project.root });
    await expect(bytes).rejects.toThrow("latin.yaml: not UTF-8, expected a YAML file");
  });
});

describe("numbers far beyond a real experiment are located like any other problem, all at once", () => {
  it("in the file", async () => {
    const text = EXPERIMENT.replace("{ question: 4, task: 2 }", "{ question: 1e9, task: 9e15 }").replace(
      "values: [0.5, 1]",
      "values: [1e-300, 1e20]",
    );
    expect(await problems(text)).toEqual([
      "experiment.yaml:7:36 strengths.values[0]: too small, received 1e-300, expected at least 1e-9",
      "experiment.yaml:7:44 strengths.values[1]: too large, received 100000000000000000000, expected at most 1000000000",
      "experiment.yaml:8:22 samples.question: too large, received 1000000000, expected at most 1000000",
      "experiment.yaml:8:33 samples.task: too large, received 9000000000000000, expected at most 1000000",
    ]);
  });

  it.each([
    ["methods.1={preset: random, draws: 1e9}", "methods[1].draws: too large"],
    ["execution.workers=1e9", "execution.workers: too large"],
    ["execution.rows=1e9", "execution.rows: too large"],
    ["decoding.task.max_tokens=1e12", "decoding.task.max_tokens: too large"],
    ["design.window_samples=1e12", "design.window_samples: too large"],
    ["strengths.count=1e9", "strengths.count: too large"],
    [`name=${repeated("n", 300)}`, "name: too long"],
    [`questions=[${repeated("bird,", 2_000)}]`, "questions: too long"],
  ])("from --set %.60s", async (setting, problem) => {
    expect((await problems(EXPERIMENT, [setting])).join("\n")).toContain(problem);
  });
});

describe("--set with absurd keys and values", () => {
  it.each([
    [`${repeated("a.", 50_000)}b=1`, "too deep, expected at most 64 keys"],
    [
      `description=${repeated("[", 50_000)}`,
      "the value is too deep, expected lists and maps at most 64 times",
    ],
    ["description=[&a 1, *a]", "the value is not YAML: aliases (*name) are not supported"],
    ["constructor=2", "constructor: unknown key"],
    ["__proto__.x=2", "__proto__: unknown key"],
  ])("%.40s is a problem of a short line", async (setting, problem) => {
    const [line = ""] = await problems(EXPERIMENT, [setting]);
    expect(line).toContain(problem);
    expect(line.length).toBeLessThan(600);
  });
});

describe("--set into an entry that is given as text", () => {
  it("overrides a key of the preset, of the model and of the direction that the text names", async () => {
    const set = ["methods.0.draws=1", "methods.1.draws=3", "models.0.name=first", "methods[1].role=method"];
    const { experiment } = await project.load(EXPERIMENT, set);
    expect(experiment.methods.map(({ name, role }) => [name, role])).toEqual([
      ["caa", "method"],
      ["random", "method"],
    ]);
    expect(experiment.methods[1]).toMatchObject({ draws: 3, samples: { question: 2 } });
    expect(experiment.models.map(({ name }) => name)).toEqual(["first", "small"]);
    const short = EXPERIMENT.replace("[caa, random]", "[{ name: own, direction: caa }]").replace(
      "[bird, planet]",
      "[bird]",
    );
    const own = await project.load(short, ["methods.0.direction.position=word"]);
    expect(own.experiment.methods[0]).toMatchObject({
      direction: { kind: "caa", params: { position: "word" } },
    });
  });

  it("gives the same experiment as the map does", async () => {
    const text = await project.load(EXPERIMENT, ["methods.1.draws=3"]);
    const map = await project.load(EXPERIMENT.replace("random]", "{ preset: random, draws: 3 }]"));
    expect(text.experiment).toEqual(map.experiment);
  });

  it("locates a fault of the text in the file, and a fault of a setting at --set", async () => {
    const unknown = EXPERIMENT.replace("[caa, random]", "[caa, randon]");
    expect(await problems(unknown, ["methods.1.draws=0"])).toEqual([
      "--set methods.1.draws=0 methods[1].draws: too small, received 0, expected at least 1",
    ]);
    expect(await problems(unknown, ["methods.1.draws=2"])).toEqual([
      'experiment.yaml:5:16 methods[1].preset: no such name in configs/methods, received "randon", expected "random"',
    ]);
  });
});
