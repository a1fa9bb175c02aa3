import { appendFileSync, cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { beforeAll, expect, test, vi } from "vitest";
import { reportRun } from "../../src/report/report-run.js";
import { rescoreRun } from "../../src/run/scoring/rescore-run.js";
import { openRun } from "../../src/store/folder/read-run.js";
import { readScores } from "../../src/store/tables/read-table.js";
import { here } from "../report/here.js";
import { LONG, plant, plantedRun, root } from "./planted-run.js";
import { readTable } from "./read-windows.js";

// The one line that a new scorer has in the sources.
vi.mock("../../src/scoring/scorers.js", async (original) => {
  const { brevity } = await import("../fixtures/brevity-scorer.js");
  const scorers = await original<typeof import("../../src/scoring/scorers.js")>();
  return { ...scorers, OPTIONAL_SCORERS: [...scorers.OPTIONAL_SCORERS, brevity] };
});

const planted = plant("two-rungs");
const SMALL = ["models=[narrow]", "strengths={unit: resid, values: [0.5, 1, 2]}", "analysis.bootstrap=100"];
const runOf = (name: string) => join(planted.folder, name);

beforeAll(async () => {
  cpSync(join(root, "docs", "examples", "my_scorer.py"), join(planted.folder, "my_scorer.py"));
  for (const [name, set] of [
    ["plain", SMALL],
    ["added", [...SMALL, "scorers=[brevity, refusal, ./my_scorer.py]"]],
  ] as const) {
    const { folder, exitCode } = await plantedRun(planted.folder, runOf(name), set);
    expect(exitCode).toBe(0);
    await reportRun(folder, here, () => {});
  }
}, LONG);

const textOf = (run: string, name: string) => readFileSync(join(runOf(run), "report", name), "utf8");

test("a scorer that is one file and one line of a config scores every answer", () => {
  const { files, folder } = openRun(runOf("added"));
  const rows = [...readScores(files, folder.scores)];
  const count = (name: string) => rows.filter(({ scorer }) => scorer === name).length;
  expect(count("brevity")).toBe(count("strict"));
  expect(count("brevity")).toBeGreaterThan(0);
});

test("its curve is in a table at every strength, in the report and in a figure", () => {
  const rows = readTable(runOf("added"), "scorers.csv").filter(({ scorer }) => scorer === "brevity");
  const steered = rows.filter(
    ({ question, method, steered }) =>
      question === "caracara" && method === "caa-last-token" && steered === "true",
  );
  expect(steered.map(({ strength }) => Number(strength))).toEqual([0.5, 1, 2]);
  for (const { mean, low, high, better, n } of rows) {
    expect(Number(low)).toBeLessThanOrEqual(Number(mean));
    expect(Number(high)).toBeGreaterThanOrEqual(Number(mean));
    expect(better).toBe("smaller");
    expect(Number(n)).toBeGreaterThan(0);
  }
  const report = textOf("added", "report.md");
  expect(report).toContain("| brevity (smaller is better) | caracara | caa-last-token | narrow |");
  expect(report).toContain("![scorer.brevity](scorer.brevity.svg)");
  expect(textOf("added", "scorer.brevity.svg")).toContain("brevity over strength");
});

test("nothing else of the report changes", () => {
  for (const name of ["windows.csv", "windows.md", "transcripts.md", "steering_sweep.svg"])
    expect(textOf("added", name), name).toBe(textOf("plain", name));
  expect(existsSync(join(runOf("plain"), "report", "scorers.csv"))).toBe(false);
});

test("a user's Python program scores every answer, in tables and a figure of its own", () => {
  const { files, folder } = openRun(runOf("added"));
  const mine = [...readScores(files, folder.scores)].filter(({ scorer }) => scorer === "my_scorer");
  expect(mine.length).toBeGreaterThan(0);
  expect(new Set(mine.map(({ value, label }) => `${value} ${label}`))).toEqual(new Set(["0 plain"]));
  expect(readFileSync(folder.scorers, "utf8")).toContain('"my_scorer"');
  expect(readTable(runOf("added"), "scorers.csv").some(({ scorer }) => scorer === "my_scorer")).toBe(true);
  expect(textOf("added", "scorer.my_scorer.svg")).toContain("my scorer over strength");
});

test("rescoring asks the program again, and refuses one that was changed", { timeout: LONG }, async () => {
  const stderr = new PassThrough().resume() as unknown as NodeJS.WriteStream;
  const rescored = await rescoreRun(runOf("added"), stderr, root);
  expect(rescored.changed).toBe(0);
  expect(rescored.scored).toBeGreaterThan(0);
  appendFileSync(join(planted.folder, "my_scorer.py"), "\n# another one\n");
  await expect(rescoreRun(runOf("added"), stderr, root)).rejects.toThrow(
    /my_scorer\.py cannot be used: the file was changed since the run was made/,
  );
});
