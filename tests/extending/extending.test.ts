import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../run/command.js";
import { CopiedSources } from "./copied-sources.js";

const page = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");

/** The number of source files in a row of the table of CONTRIBUTING.md, by the anchor of its section. */
function statedFiles(anchor: string): number {
  const row = page.split("\n").find((line) => line.startsWith("|") && line.includes(`(#${anchor})`));
  return Number(row?.split("|")[3]?.trim() ?? Number.NaN);
}

test("a verb takes the source files that CONTRIBUTING.md states", async () => {
  const sources = new CopiedSources();
  sources.copy("src/cli/methods.ts", "src/cli/list-methods.ts", {
    methodsCommand: "listMethodsCommand",
    '"methods [file..]"': '"list-methods [file..]"',
  });
  sources.change("src/cli/main.ts", {
    'import { planCommand } from "./plan.js";':
      'import { listMethodsCommand } from "./list-methods.js";\nimport { planCommand } from "./plan.js";',
    ".command(methodsCommand(context))":
      ".command(methodsCommand(context))\n    .command(listMethodsCommand(context))",
  });
  expect(await sources.run(["list-methods", "--help"])).toContain("list-methods [file..]");
  expect(sources.sourceFiles()).toHaveLength(statedFiles("a-verb"));
});

test("a figure and a document of the report take the source files that CONTRIBUTING.md states", async () => {
  const sources = new CopiedSources();
  sources.copy("src/report/figures/steering-figures.ts", "src/report/figures/second-figures.ts", {
    steeringFigures: "secondFigures",
    steering_sweep$: "second_sweep$",
  });
  sources.change("src/report/figures/figures.ts", {
    'import { stampedFigure } from "./stamped-figure.js";':
      'import { secondFigures } from "./second-figures.js";\nimport { stampedFigure } from "./stamped-figure.js";',
    '{ place: "windows", draw: steeringFigures },':
      '{ place: "windows", draw: steeringFigures },\n  { place: "windows", draw: secondFigures },',
  });
  expect(sources.sourceFiles()).toHaveLength(statedFiles("a-figure"));
  sources.copy("src/report/csv/window-csv.ts", "src/report/csv/second-csv.ts", {
    windowRecords: "secondRecords",
  });
  sources.change("src/report/documents.ts", {
    'import { trendRecords } from "./csv/trend-csv.js";':
      'import { secondRecords } from "./csv/second-csv.js";\nimport { trendRecords } from "./csv/trend-csv.js";',
    "export const DOCUMENTS: readonly Document[] = [":
      'export const DOCUMENTS: readonly Document[] = [\n  { name: "second.csv", text: (findings) => csv(secondRecords(findings), findings.stamp) },',
  });
  expect(sources.sourceFiles()).toHaveLength(statedFiles("a-figure") + statedFiles("a-document"));
  const printed = await sources.run([
    "window",
    "docs/examples/published-crossings.csv",
    "--out",
    "o",
    "--json",
  ]);
  const { files } = JSON.parse(printed) as { readonly files: readonly string[] };
  expect(files.map((file) => basename(file))).toEqual([
    ...["second.csv", "windows.md", "windows.csv", "steering_sweep.svg", "steering_sweep.png"],
    ...["second_sweep.svg", "second_sweep.png"],
  ]);
});

test("a direction, an edit and a user's own method take the source files that CONTRIBUTING.md states", async () => {
  const registry = "python-worker/steering_worker/methods/registry.py";
  const sources = new CopiedSources();
  sources.copy(
    "python-worker/steering_worker/directions/caa.py",
    "python-worker/steering_worker/directions/doubled.py",
    {
      "class CaaParams": "class DoubledParams",
      "class Caa(Direction):": "class Doubled(Direction):",
      'ClassVar[str] = "caa"': 'ClassVar[str] = "doubled"',
      CaaParams: "DoubledParams",
    },
  );
  sources.change(registry, {
    "from steering_worker.directions.random import Random":
      "from steering_worker.directions.doubled import Doubled\nfrom steering_worker.directions.random import Random",
    "(Caa, Random,": "(Caa, Doubled, Random,",
  });
  expect(sources.sourceFiles()).toHaveLength(statedFiles("a-direction-or-an-edit"));
  sources.copy(
    "python-worker/steering_worker/edits/add.py",
    "python-worker/steering_worker/edits/subtract.py",
    {
      "class Add(Edit):": "class Subtract(Edit):",
      'ClassVar[str] = "add"': 'ClassVar[str] = "subtract"',
      '    adds: ClassVar[str | None] = "vector"\n': "",
      "return h + c": "return h - c",
    },
  );
  sources.change(registry, {
    "from steering_worker.errors import WorkerError":
      "from steering_worker.edits.subtract import Subtract\nfrom steering_worker.errors import WorkerError",
    "(Add, Ablate,": "(Add, Ablate, Subtract,",
  });
  const { directions, edits } = JSON.parse(
    await sources.run(["methods", "docs/examples/my_method.py", "--json"]),
  ) as Record<"directions" | "edits", readonly { readonly kind: string }[]>;
  const own = expect.stringMatching(/my_method\.py$/);
  expect(directions.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["caa", "doubled", own]));
  expect(edits.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["add", "subtract", own]));
  expect(statedFiles("your-own-method-outside-the-package")).toBe(0);
});

test("a family of models takes the source files that CONTRIBUTING.md states", async () => {
  const families = "python-worker/steering_worker/models/families";
  const sources = new CopiedSources();
  sources.copy(`${families}/qwen2.py`, `${families}/cousin.py`, {
    "QWEN2 = Family": "COUSIN = Family",
    '"qwen2"': '"cousin"',
  });
  sources.change(`${families}/registry.py`, {
    "from steering_worker.models.families.gemma3 import GEMMA3":
      "from steering_worker.models.families.cousin import COUSIN\nfrom steering_worker.models.families.gemma3 import GEMMA3",
    "(GEMMA3, QWEN2)": "(GEMMA3, QWEN2, COUSIN)",
  });
  const program = "from steering_worker.models.families import registry; print(*registry.known_types())";
  expect((await sources.python(program)).split(/\s+/)).toEqual(expect.arrayContaining(["gemma3", "cousin"]));
  expect(sources.sourceFiles()).toHaveLength(statedFiles("a-family"));
});

test("a question, a capability task and a scorer take the source files that CONTRIBUTING.md states", async () => {
  const sources = new CopiedSources();
  sources.copy("configs/questions/caracara.yaml", "configs/questions/shoebill.yaml", {
    "id: caracara": "id: shoebill",
  });
  const tasks = sources.read("configs/capabilities/python-five.yaml");
  const first = tasks.slice(tasks.indexOf("- id: "), tasks.indexOf("\n- id: ", tasks.indexOf("- id: ")));
  sources.write(
    "configs/capabilities/python-five.yaml",
    `${tasks.trimEnd()}\n${first.replace(/- id: .*/, "- id: another-task")}`,
  );
  sources.copy("src/scoring/refusal.ts", "src/scoring/apology.ts", {
    "export const refusal": "export const apology",
    'name: "refusal"': 'name: "apology"',
  });
  sources.change("src/scoring/scorers.ts", {
    'import { contains } from "./contains.js";':
      'import { apology } from "./apology.js";\nimport { contains } from "./contains.js";',
    "Object.freeze([refusal])": "Object.freeze([refusal, apology])",
  });
  sources.write(
    "configs/experiments/extended.yaml",
    [
      "name: extended",
      "models: [models/nano/nano-0.2m]",
      "questions: [shoebill]",
      "capabilities: [python-five]",
      "scorers: [apology]",
      "methods: [caa-last-token]",
      "layers: [0.75]",
      "strengths: { unit: resid, values: [1] }",
      "samples: { question: 1, task: 1 }",
      "baseline: { question: 1, task: 1 }",
    ].join("\n"),
  );
  // One answer and six tasks, unsteered and at one strength.
  expect(await sources.run(["plan", "configs/experiments/extended.yaml"])).toMatch(/^total +14 +14 /m);
  expect(sources.sourceFiles()).toHaveLength(statedFiles("a-scorer"));
  expect([statedFiles("a-question"), statedFiles("a-capability-task")]).toEqual([0, 0]);
});
