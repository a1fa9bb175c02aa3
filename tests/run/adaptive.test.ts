import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readDesignRecord } from "../../src/store/design-record.js";
import { openRun } from "../../src/store/folder/read-run.js";
import { readForecast } from "../../src/store/forecast-file.js";
import { readRound } from "../../src/store/round-file.js";
import { committedBlocks, newFolder, resultsOf, root, run, start } from "./command.js";

const LONG = 240_000;
const config = join(root, "tests", "fixtures", "experiments", "tiny-auto.yaml");
const undisturbed = join(newFolder(), "run");
const SHORT = ["--set", "design.max_samples=600"];

const roundsOf = (folder: string) =>
  readdirSync(join(folder, "rounds")).map((_, index) =>
    readRound(openRun(folder).files, join(folder, "rounds"), index),
  );

beforeAll(async () => {
  const { code, stderr } = await run(["experiment", config, "--out", undisturbed, ...SHORT]);
  expect(code, stderr).toBe(0);
}, LONG);

describe("an experiment that finds its layers and strengths", () => {
  test("chooses layers on development questions alone, and reports others from separate samples", () => {
    const cells = (stage: string) =>
      roundsOf(undisturbed).flatMap((round) => (round?.stage === stage ? round.cells : []));
    expect(new Set(cells("screening").map(({ question }) => question))).toEqual(new Set(["canada"]));
    expect(new Set(cells("windows").map(({ question }) => question))).toEqual(
      new Set(["caracara", "mercury"]),
    );
    const design = readDesignRecord(openRun(undisturbed).files, join(undisturbed, "design.json"));
    const [choice] = design?.layers ?? [];
    expect(choice?.candidates.map(({ layer }) => layer)).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(cells("windows").map(({ layer }) => layer))).toEqual(new Set([choice?.layer]));
  });

  test("forecasts every layer on the development questions, and the chosen one on the reported", () => {
    const rows = readForecast(openRun(undisturbed).files, join(undisturbed, "forecast.json"));
    const layersOf = (question: string) =>
      new Set(rows.filter((row) => row.question === question).map(({ layer }) => layer));
    expect(layersOf("canada").size).toBe(5);
    expect(layersOf("caracara").size).toBe(1);
  });

  test("says whether each window is precise enough, and keeps to its limit of samples", () => {
    const design = readDesignRecord(openRun(undisturbed).files, join(undisturbed, "design.json"));
    expect(design?.windows.map(({ method, question }) => `${method} ${question}`).sort()).toEqual([
      "caa-last-token caracara",
      "caa-last-token mercury",
      "random caracara",
      "random mercury",
    ]);
    expect(design?.settings.max_samples).toBe(600);
    expect(resultsOf(undisturbed).samples.length).toBeLessThanOrEqual(600);
  });

  test("draws no sample twice, and takes every condition on where it ended", () => {
    const { samples } = resultsOf(undisturbed);
    expect(new Set(samples.map(({ sample_id }) => sample_id)).size).toBe(samples.length);
    const last = new Map<string, number>();
    for (const { cell_id, sample_index } of samples) {
      expect(sample_index).toBe(last.get(cell_id) ?? 0);
      last.set(cell_id, sample_index + 1);
    }
  });

  test(
    "killed in the middle of its rounds goes on with the same rounds and ends with the same samples",
    async () => {
      const folder = join(newFolder(), "run");
      const { child, finished } = start(["experiment", config, "--out", folder, ...SHORT]);
      await committedBlocks(folder, 9);
      process.kill(child.pid ?? 0, "SIGKILL");
      await finished;
      const again = await run(["experiment", config, "--out", folder, ...SHORT]);
      expect(again.code, again.stderr).toBe(0);
      expect(roundsOf(folder)).toEqual(roundsOf(undisturbed));
      expect(resultsOf(folder)).toEqual(resultsOf(undisturbed));
    },
    LONG,
  );

  test(
    "stamps a report under settings that were changed after data",
    async () => {
      const copy = join(newFolder(), "run");
      cpSync(undisturbed, copy, { recursive: true });
      expect(readFileSync(join(copy, "report", "windows.md"), "utf8")).not.toMatch(/exploratory/i);
      const { code, stderr } = await run([
        ...["experiment", config, "--out", copy, ...SHORT],
        ...["--set", "analysis.capability_threshold=0.5"],
      ]);
      expect(code, stderr).toBe(0);
      for (const page of ["windows.md", "report.md", "windows.csv"])
        expect(readFileSync(join(copy, "report", page), "utf8"), page).toMatch(/exploratory/i);
    },
    LONG,
  );
});
