import { beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../../src/util/user-error.js";
import { EXPERIMENT, makeProject, type Project } from "./project.js";

let project: Project;
beforeAll(async () => {
  project = await makeProject();
  await project.write({
    "configs/questions/broken.yaml":
      "messages: [{ role: user, content: x }]\nright: [a]\ntarget: []\nhint: y\n",
    "configs/questions/clash.yaml":
      "messages: [{ role: user, content: x }]\nright: [a]\ntarget: [A]\ncontrast: { last_token: { positive: [a], negative: [b] } }\n",
    "configs/questions/turns.yaml":
      "messages:\n  - { role: user, content: x }\n  - { role: user, content: y }\nright: [a]\ntarget: [b]\ncontrast: { last_token: { positive: [a], negative: [b] } }\n",
    "configs/questions/bare.yaml": "messages: [{ role: user, content: x }]\nright: [a]\ntarget: [b]\n",
    "configs/questions/lopsided.yaml":
      "messages: [{ role: user, content: x }]\nright: [a]\ntarget: [b]\ncontrast: { last_token: { positive: [a, b], negative: [c] } }\n",
    "configs/questions/syntax.yaml": "messages: [\nright: [a]\n",
    "configs/questions/a/twice.yaml": "",
    "configs/questions/b/twice.yaml": "",
    "configs/capabilities/again.yaml": `kind: python
tasks:
  - { id: x, messages: [{ role: user, content: x }], function: x, cases: [{ args: [], value: 1 }], reference: r }
  - { id: x, messages: [{ role: user, content: x }], function: "x y", cases: [], reference: r }
  - { id: double, messages: [{ role: user, content: x }], function: x, cases: [{ args: [.nan], value: 1 }], reference: r }
`,
    "configs/capabilities/doubled.yaml": `kind: python
tasks:
  - { id: y, messages: [{ role: user, content: x }], function: x, cases: [{ args: [], value: 1 }], reference: r }
  - { id: y, messages: [{ role: user, content: x }], function: x, cases: [{ args: [], value: 1 }], reference: r }
`,
    "configs/capabilities/twin.yaml": `kind: python
tasks:
  - { id: double, messages: [{ role: user, content: x }], function: x, cases: [{ args: [], value: 1 }], reference: r }
`,
    "configs/methods/faulty.yaml": "name: faulty\ndirection: caa\nedits: add\n",
  });
});

/** The lines of the UserError that loading `text` throws. */
async function problems(text: string, set: readonly string[] = []): Promise<readonly string[]> {
  const error: unknown = await project.load(text, set).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UserError)) throw new Error(`expected a UserError, received ${String(error)}`);
  return error.message.split("\n").map((line) => line.replaceAll(`${project.root}/`, ""));
}

/** A changed line of the experiment, and the one problem that it makes. */
const CASES: readonly (readonly [what: string, from: string, to: string, problem: string])[] = [
  [
    "an unknown key",
    "layers: [0.75]",
    "layer: [0.75]",
    'experiment.yaml:6:1 layer: unknown key, received [0.75], expected "layers"',
  ],
  ["a missing key", "name: trial\n", "", "experiment.yaml:1:1 name: missing, expected text"],
  [
    "a name that is no folder's name",
    "name: trial",
    "name: ../x",
    'experiment.yaml:1:7 name: not allowed, received "../x", expected letters, digits, dots, dashes and underscores',
  ],
  [
    "text for a list",
    "questions: [bird, planet]",
    "questions: bird",
    'experiment.yaml:3:12 questions: of the wrong type, received "bird", expected a list',
  ],
  [
    "an empty list",
    "methods: [caa, random]",
    "methods: []",
    "experiment.yaml:5:10 methods: too short, received [], expected at least 1 item",
  ],
  [
    "a fractional count",
    "{ question: 4, task: 2 }",
    "{ question: 4.5, task: 2 }",
    "experiment.yaml:8:22 samples.question: of the wrong type, received 4.5, expected a whole number",
  ],
  [
    "a count of none",
    "{ question: 4, task: 2 }",
    "{ question: 4, task: 0 }",
    "experiment.yaml:8:31 samples.task: too small, received 0, expected at least 1",
  ],
  [
    "a count beyond what is counted exactly",
    "{ question: 4, task: 2 }",
    "{ question: 10000000000000000000, task: 2 }",
    "experiment.yaml:8:22 samples.question: too large, received 10000000000000000000, expected a number of at most 9007199254740991",
  ],
  [
    "a number that is none",
    "values: [0.5, 1]",
    "values: [0.5, .nan]",
    "experiment.yaml:7:41 strengths.values[1]: of the wrong type, received NaN, expected a number",
  ],
  [
    "a strength of zero",
    "values: [0.5, 1]",
    "values: [0, 1]",
    "experiment.yaml:7:36 strengths.values[0]: too small, received 0, expected at least 1e-9",
  ],
  [
    "strengths that do not ascend",
    "values: [0.5, 1]",
    "values: [1, 0.5]",
    "experiment.yaml:7:39 strengths.values[1]: not ascending, received 0.5, expected more than 1",
  ],
  [
    "an unknown unit",
    "unit: resid",
    "unit: residual",
    'experiment.yaml:7:20 strengths.unit: not allowed, received "residual", expected one of raw, resid',
  ],
  [
    "a grid beside values",
    "values: [0.5, 1]",
    "values: [0.5, 1], from: 1",
    "experiment.yaml:7:51 strengths.from: stands beside values, received 1, expected either values or from, to and count",
  ],
  [
    "half a grid",
    "values: [0.5, 1]",
    "from: 1",
    'experiment.yaml:7:12 strengths: incomplete, received {"unit":"resid","from":1}, expected values, or from, to and count (to, count missing)',
  ],
  [
    "a grid that goes down",
    "values: [0.5, 1]",
    "from: 2, to: 1, count: 3",
    "experiment.yaml:7:40 strengths.to: not above from, received 1, expected more than 2",
  ],
  [
    "a layer that could be an index or a fraction",
    "layers: [0.75]",
    "layers: [0.5, 1.0]",
    "experiment.yaml:6:15 layers[1]: could be an index or a fraction of depth, received 1.0, expected an index without a point (1), or a fraction of depth below 1",
  ],
  [
    "a layer that is neither index nor fraction",
    "layers: [0.75]",
    "layers: [2, 1.5]",
    "experiment.yaml:6:13 layers[1]: not a layer, received 1.5, expected an index (a whole number from 0) or a fraction of depth between 0 and 1",
  ],
  [
    "a layer twice",
    "layers: [0.75]",
    "layers: [2, 2]",
    "experiment.yaml:6:13 layers[1]: occurs twice, received 2, expected each layer once",
  ],
  [
    "a folder that is absent",
    "models/small]",
    "models/smal/x]",
    'experiment.yaml:2:23 models[1]: no such folder (looked for models/smal/x), received "models/smal/x", expected an existing folder, or a hub id such as google/gemma-3-1b-it',
  ],
  [
    "a file for a folder",
    "models/small]",
    "{ model: models/tiny/config.json }]",
    'experiment.yaml:2:32 models[1].model: is a file, received "models/tiny/config.json", expected a folder that holds config.json and safetensors',
  ],
  [
    "a revision of a folder",
    "models/small]",
    "{ model: models/small, revision: main }]",
    'experiment.yaml:2:32 models[1].model: is a folder, which has no revision, received "models/small", expected a hub id, or no revision',
  ],
  [
    "a model twice",
    "models/small]",
    "{ model: models/tiny, name: other }]",
    `experiment.yaml:2:23 models[1]: is a model that is listed already, received "models/tiny", expected each model once`,
  ],
  [
    "two models of one name",
    "models/small]",
    "{ model: models/small, name: tiny }]",
    'experiment.yaml:2:23 models[1]: has the name of another model, received "tiny", expected a different `name` for each model',
  ],
  [
    "an unknown question",
    "[bird, planet]",
    "[bird, planets]",
    'experiment.yaml:3:19 questions[1]: no such name in configs/questions, received "planets", expected "planet"',
  ],
  [
    "a question's path that leads nowhere",
    "[bird, planet]",
    "[bird, ./planet.yaml]",
    'experiment.yaml:3:19 questions[1]: no such file as planet.yaml, received "./planet.yaml", expected a path relative to this file',
  ],
  [
    "a name of two questions",
    "[bird, planet]",
    "[bird, twice]",
    'experiment.yaml:3:19 questions[1]: names more than one file, received "twice", expected "a/twice" or "b/twice"',
  ],
  [
    "a question twice",
    "[bird, planet]",
    "[bird, bird]",
    'experiment.yaml:3:19 questions[1]: has the id of another question, received "bird", expected each question once',
  ],
  [
    "a right answer that is the target, in its file",
    "[bird, planet]",
    "[clash]",
    'configs/questions/clash.yaml:3:10 target[0]: is also under right, received "A", expected a name of only one answer',
  ],
  [
    "messages out of turn, in their file",
    "[bird, planet]",
    "[turns]",
    'configs/questions/turns.yaml:3:13 messages[1].role: out of turn, received "user", expected assistant',
  ],
  [
    "statements that a question lacks, in its file",
    "[bird, planet]",
    "[bird, bare]",
    "configs/questions/bare.yaml:1:1 contrast.last_token: missing, and the method caa reads statements at it, expected positive and negative statements",
  ],
  [
    "a task twice, in its file",
    "[code]",
    "[doubled]",
    'configs/capabilities/doubled.yaml:4:11 tasks[1].id: occurs twice, received "y", expected a different id for each task',
  ],
  [
    "a task that two capabilities share",
    "[code]",
    "[code, ./configs/capabilities/twin.yaml]",
    'experiment.yaml:4:22 capabilities[1]: has the task double, as code has, received "twin", expected capabilities without common tasks',
  ],
  [
    "an unknown preset",
    "[caa, random]",
    "[cad, random]",
    'experiment.yaml:5:11 methods[0]: no such name in configs/methods, received "cad", expected "caa"',
  ],
  [
    "an unknown key of a preset, in its file",
    "[caa, random]",
    "[faulty]",
    'configs/methods/faulty.yaml:3:1 edits: unknown key, received "add", expected "edit"',
  ],
  [
    "an unknown key of a method",
    "[caa, random]",
    "[{ preset: caa, strength: 1 }]",
    'experiment.yaml:5:26 methods[0].strength: unknown key, received 1, expected "strengths"',
  ],
  [
    "a method without a name",
    "[caa, random]",
    "[{ direction: caa }]",
    "experiment.yaml:5:11 methods[0].name: missing, expected a name, or a preset",
  ],
  [
    "a method without a direction",
    "[caa, random]",
    "[{ name: x }]",
    "experiment.yaml:5:11 methods[0].direction: missing, expected a direction, such as caa, and an edit; or kind: prompt",
  ],
  [
    "two methods of one name",
    "[caa, random]",
    "[caa, { preset: random, name: caa }]",
    'experiment.yaml:5:16 methods[1]: has the name of another method, received "caa", expected a different `name` for each method',
  ],
  [
    "two methods with a condition in common",
    "[caa, random]",
    "[caa, { preset: caa, name: more, strengths: { unit: resid, values: [1, 2] } }]",
    'experiment.yaml:5:16 methods[1]: repeats conditions of caa, received "more", expected methods that differ in more than names and numbers of samples',
  ],
  [
    "a Python file as a method",
    "[caa, random]",
    "[./own.py]",
    'experiment.yaml:5:11 methods[0]: a file holds a direction or an edit, not a method, received "./own.py", expected {name: ..., direction: ./own.py, edit: add} or {name: ..., direction: caa, edit: ./own.py}',
  ],
  [
    "a Python file that is absent",
    "[caa, random]",
    "[{ name: x, direction: caa, edit: { file: ./own.py } }]",
    'experiment.yaml:5:52 methods[0].edit.file: no such file as own.py, received "./own.py", expected a path relative to this file',
  ],
  [
    "a vector file that is absent",
    "[caa, random]",
    "[{ name: x, direction: { kind: vector_file, path: v.safetensors } }]",
    'experiment.yaml:5:60 methods[0].direction.path: no such file as v.safetensors, received "v.safetensors", expected a path relative to this file',
  ],
  [
    "layers of a method that edits nothing",
    "[caa, random]",
    "[{ preset: prompt, layers: [1] }]",
    "experiment.yaml:5:29 methods[0].layers: has no meaning for a method of kind prompt, received [1], expected no such key",
  ],
  [
    "an instruction that the prompt method lacks, in the question's file",
    "[bird, planet]\ncapabilities: [code]\nmethods: [caa, random]",
    "[bare]\ncapabilities: [code]\nmethods: [prompt]",
    "configs/questions/bare.yaml:1:1 instruction: missing, and the method prompt of kind prompt needs it, expected text",
  ],
  [
    "a contrast that contradicts the direction",
    "[caa, random]",
    "[{ preset: caa, contrast: word }]",
    'experiment.yaml:5:36 methods[0].contrast: contradicts the direction\'s position last_token, received "word", expected last_token',
  ],
  [
    "a word for layers that is not auto",
    "layers: [0.75]",
    "layers: all",
    'experiment.yaml:6:9 layers: of the wrong type, received "all", expected one of auto or a list',
  ],
  [
    "a word for strengths that is not auto",
    "{ unit: resid, values: [0.5, 1] }",
    "search",
    'experiment.yaml:7:12 strengths: of the wrong type, received "search", expected one of auto or a map',
  ],
  [
    "an unknown key of strengths",
    "values: [0.5, 1]",
    "vales: [0.5, 1]",
    'experiment.yaml:7:27 strengths.vales: unknown key, received [0.5,1], expected "values"',
  ],
  [
    "a count of searched strengths",
    "values: [0.5, 1]",
    "from: 0.5, to: 1, count: 3, spacing: auto",
    "experiment.yaml:7:52 strengths.count: stands beside spacing: auto, received 3, expected either spacing: auto or a count",
  ],
  [
    "values of searched strengths",
    "values: [0.5, 1]",
    "values: [0.5, 1], spacing: auto",
    'experiment.yaml:7:54 strengths.spacing: stands beside values, received "auto", expected either values or from, to and count',
  ],
  [
    "a search without an end",
    "values: [0.5, 1]",
    "from: 1, spacing: auto",
    'experiment.yaml:7:12 strengths: incomplete, received {"unit":"resid","from":1,"spacing":"auto"}, expected from and to (to missing)',
  ],
  [
    "a development question that is reported",
    "[bird, planet]",
    "[bird, planet]\ndevelopment: [planet]",
    'experiment.yaml:4:15 development[0]: is a question that is reported, received "planet", expected questions that layers may be chosen on, and no others',
  ],
  [
    "a development question twice",
    "[bird, planet]",
    "[bird]\ndevelopment: [planet, more/planet]",
    'experiment.yaml:4:23 development[1]: has the id of another question, received "planet", expected each question once',
  ],
  [
    "an unknown development question",
    "[bird, planet]",
    "[bird]\ndevelopment: [planets]",
    'experiment.yaml:4:15 development[0]: no such name in configs/questions, received "planets", expected "planet"',
  ],
  [
    "a layer to choose with one question alone",
    "[bird, planet]\ncapabilities: [code]\nmethods: [caa, random]\nlayers: [0.75]",
    "[bird]\ncapabilities: [code]\nmethods: [caa, random]",
    'experiment.yaml:3:12 questions: one question alone, and layers are chosen on others, received ["bird"], expected development: [names of other questions], or layers: [0.75]',
  ],
  [
    "statements that a development question lacks, in its file",
    "[bird, planet]\ncapabilities: [code]\nmethods: [caa, random]\nlayers: [0.75]",
    "[bird]\ndevelopment: [bare]\ncapabilities: [code]\nmethods: [caa, random]",
    "configs/questions/bare.yaml:1:1 contrast.last_token: missing, and the method caa reads statements at it, expected positive and negative statements",
  ],
  [
    "a precision of nothing",
    "layers: [0.75]",
    "design: { precision: 0 }\nlayers: [0.75]",
    "experiment.yaml:6:22 design.precision: too small, received 0, expected at least 0.000001",
  ],
  [
    "half a sample",
    "layers: [0.75]",
    "design: { max_samples: 0.5 }\nlayers: [0.75]",
    "experiment.yaml:6:24 design.max_samples: of the wrong type, received 0.5, expected a whole number",
  ],
  [
    "an unknown key of the design",
    "layers: [0.75]",
    "design: { max_minute: 3 }\nlayers: [0.75]",
    'experiment.yaml:6:11 design.max_minute: unknown key, received 3, expected "max_minutes"',
  ],
  [
    "frontier losses without the headline's",
    "layers: [0.75]",
    "analysis: { frontier_loss: 0.03, frontier_losses: [0.02, 0.05] }\nlayers: [0.75]",
    "experiment.yaml:6:51 analysis.frontier_losses: lacks frontier_loss 0.03, received [0.02,0.05], expected a list with 0.03",
  ],
  [
    "frontier losses that do not ascend",
    "layers: [0.75]",
    "analysis: { frontier_losses: [0.1, 0.05] }\nlayers: [0.75]",
    "experiment.yaml:6:36 analysis.frontier_losses[1]: not ascending, received 0.05, expected more than 0.1",
  ],
  [
    "an unknown estimand",
    "layers: [0.75]",
    "analysis: { primary: widths }\nlayers: [0.75]",
    'experiment.yaml:6:22 analysis.primary: not allowed, received "widths", expected one of width, frontier, safety',
  ],
  [
    "a comparison with a method that is not there",
    "layers: [0.75]",
    "analysis: { contrasts: [{ method: caa, against: randon }] }\nlayers: [0.75]",
    'experiment.yaml:6:49 analysis.contrasts[0].against: no method of the experiment, received "randon", expected "random"',
  ],
  [
    "a comparison of a method with itself",
    "layers: [0.75]",
    "analysis: { contrasts: [{ method: caa, against: caa }] }\nlayers: [0.75]",
    'experiment.yaml:6:25 analysis.contrasts[0]: compares a method with itself, received {"method":"caa","against":"caa"}, expected two methods',
  ],
  [
    "a comparison twice",
    "layers: [0.75]",
    "analysis: { contrasts: [{ method: caa, against: random }, { method: caa, against: random }] }\nlayers: [0.75]",
    'experiment.yaml:6:59 analysis.contrasts[1]: occurs twice, received {"method":"caa","against":"random"}, expected each pair once',
  ],
  [
    "a contrast that cannot be resampled, in the question's file",
    "[bird, planet]\ncapabilities: [code]\nmethods: [caa, random]",
    "[lopsided]\ncapabilities: [code]\nmethods: [{ preset: caa, draws: 2, resample: statements }]",
    "configs/questions/lopsided.yaml:4:55 contrast.last_token.negative: cannot be resampled, as the method caa asks, received 1 statement, expected at least 2",
  ],
  [
    "statements to draw from that nobody reads",
    "[caa, random]",
    "[{ name: x, direction: caa, contrast: none, resample: statements }]",
    "experiment.yaml:5:64 methods[0].resample: has no statements to draw from, received statements, expected a contrast",
  ],
  [
    "a way to resample that there is not",
    "[caa, random]",
    "[{ preset: caa, resample: words }]",
    'experiment.yaml:5:36 methods[0].resample: not allowed, received "words", expected one of none, statements',
  ],
  ["a key twice", "layers: [0.75]", "name: again", "experiment.yaml:6:1: not YAML: Map keys must be unique"],
  [
    "an alias",
    "name: trial",
    "name: &a trial\ndescription: *a",
    "experiment.yaml:2:14: not YAML: aliases (*name) are not supported",
  ],
  [
    "broken YAML in a question's file",
    "[bird, planet]",
    "[syntax]",
    "configs/questions/syntax.yaml:2:1: not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
  ],
];

describe("a config with one mistake", () => {
  it.each(CASES)("locates %s", async (_, from, to, problem) => {
    expect(EXPERIMENT).toContain(from);
    expect(await problems(EXPERIMENT.replace(from, to))).toEqual([problem]);
  });
});

describe("a config with many mistakes", () => {
  it("names all of them together, by file and line, those of referenced files among them", async () => {
    const text = EXPERIMENT.replace("[bird, planet]", "[broken, nothing]")
      .replace("[code]", "[again]")
      .replace("layers:", "layrs:")
      .replace("values: [0.5, 1]", "values: []");
    const lines = await problems(text);
    expect(lines.map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      "experiment.yaml:3:21 questions[1]:",
      "experiment.yaml:6:1 layrs:",
      "experiment.yaml:7:35 strengths.values:",
      "configs/questions/broken.yaml:3:9 target:",
      "configs/questions/broken.yaml:4:1 hint:",
      "configs/capabilities/again.yaml:4:64 tasks[1].function:",
      "configs/capabilities/again.yaml:4:78 tasks[1].cases:",
      "configs/capabilities/again.yaml:5:89 tasks[2].cases[0].args[0]:",
    ]);
  });

  it("points at --set for what --set has broken", async () => {
    expect(await problems(EXPERIMENT, ["samples.task=no", "seed=-1"])).toEqual([
      '--set samples.task=no samples.task: of the wrong type, received "no", expected a number',
      "--set seed=-1 seed: too small, received -1, expected at least 0",
    ]);
  });

  it("refuses --set that has no key, no place or no value", async () => {
    expect(await problems(EXPERIMENT, ["seed", "name.first=x", "models.7=x", "seed=[1"])).toEqual([
      "--set seed: cannot be understood, expected KEY=VALUE, as samples.question=4 or methods.0=random",
      "--set name.first=x: name has no keys, expected the key of a map or the index of a list",
      '--set models.7=x: models is a list of 2, received "7", expected an index from 0 to 2',
      expect.stringContaining("--set seed=[1: the value is not YAML"),
    ]);
  });
});

describe("a file that cannot be a config", () => {
  it.each([
    ["", "experiment.yaml:1:1: of the wrong type, received null, expected a map"],
    ["- a\n- b\n", 'experiment.yaml:1:1: of the wrong type, received ["a","b"], expected a map'],
    [
      "name: [",
      "experiment.yaml:1:8: not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
  ])("says so of %j", async (text, problem) => {
    expect(await problems(text)).toContain(problem);
  });
});
