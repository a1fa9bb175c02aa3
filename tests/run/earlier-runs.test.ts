import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { reportRun } from "../../src/report/report-run.js";
import { runExperiment } from "../../src/run/run-experiment.js";
import { rescoreRun } from "../../src/run/scoring/rescore-run.js";
import { planExperiment } from "../../src/run/start/plan-experiment.js";
import { withStatistics } from "../../src/run/statistics-pool.js";
import { openRun } from "../../src/store/folder/read-run.js";
import { writeManifest } from "../../src/store/manifest.js";
import { TABLES } from "../../src/store/tables/columns.js";
import { readSamples, readScores } from "../../src/store/tables/read-table.js";
import { readTable } from "../planted/read-windows.js";
import { here } from "../report/here.js";
import { newFolder, root } from "./command.js";

const LONG = 240_000;
const fixtures = join(root, "tests", "fixtures");
const config = join(fixtures, "experiments", "smallest.yaml");

/** A copy of a run that an earlier version wrote from `smallest.yaml`. */
function copyOf(run: "version-0.1.0" | "before-checksums"): string {
  const folder = join(newFolder(), "run");
  cpSync(join(fixtures, "runs", run), folder, { recursive: true });
  return folder;
}

const quiet = () => new PassThrough().resume() as unknown as NodeJS.WriteStream;

const experiment = (out: string, more: { fresh?: boolean; reuse?: readonly string[] } = {}) =>
  withStatistics((statistics) =>
    runExperiment({
      ...{ root, cwd: root, env: process.env, config, set: [], out, fresh: false, statistics },
      stderr: quiet(),
      now: () => performance.now(),
      ...more,
    }),
  );

/** What no later version has changed: the post's numbers, rates, counts and fits; posteriors and bounds have been mended. */
const LASTING =
  /^(?:model|question|method|baseline_\w+|n_strengths|\w+_samples|grid_\w+|fit_(?:onset|collapse|width)\w*)$/;
const BOUND = /_(?:low|high|limited)_/;

const windowsOf = (folder: string) =>
  readTable(folder, "windows.csv").map((row) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => LASTING.test(name) && !BOUND.test(name))),
  );

function tablesOf(folder: string) {
  const { files } = openRun(folder);
  const samples = [...readSamples(files, join(folder, "samples.arrow"))].map(
    ({ worker: _w, attempt: _a, lease: _l, block_seconds: _s, ...sample }) => sample,
  );
  return { samples, scores: [...readScores(files, join(folder, "scores.arrow"))] };
}

test("a run of version 0.1.0 is reported and rescored to the fits and scores that it had", {
  timeout: LONG,
}, async () => {
  const folder = copyOf("version-0.1.0");
  const [before, windows] = [tablesOf(folder), windowsOf(folder)];
  const { plan } = await planExperiment(config, { root, cwd: root, set: [] });
  expect(openRun(folder).manifest.generation_hash).toBe(plan.generation_hash);
  await reportRun(folder, here, () => {});
  expect(windowsOf(folder)).toEqual(windows);
  expect(await rescoreRun(folder, quiet(), root)).toMatchObject({ changed: 0 });
  expect(tablesOf(folder)).toEqual(before);
});

test("a run of version 0.1.0 that was stopped goes on to the samples that it would have had", {
  timeout: LONG,
}, async () => {
  const [whole, folder] = [copyOf("version-0.1.0"), copyOf("version-0.1.0")];
  const { manifest } = openRun(folder);
  const { "config.resolved.yaml": written } = manifest.files;
  if (written === undefined) throw new Error("the manifest lacks the config");
  for (const { table } of TABLES) rmSync(join(folder, `${table}.arrow`));
  // Of its blocks the first was committed and scored.
  for (const name of ["samples", "scores"]) {
    const path = join(folder, "live", `${name}.commit`);
    writeFileSync(path, `${readFileSync(path, "utf8").split("\n").slice(0, 2).join("\n")}\n`);
  }
  writeManifest(join(folder, "manifest.json"), {
    ...manifest,
    ...{ status: "running", files: { "config.resolved.yaml": written } },
  });
  expect(await experiment(folder)).toMatchObject({ finished: true, exitCode: 0 });
  expect(openRun(folder).manifest.starts).toHaveLength(2);
  expect(tablesOf(folder)).toEqual(tablesOf(whole));
});

test("a run from before checksums is refused by every verb in one sentence that says how to go on", async () => {
  const folder = copyOf("before-checksums");
  const sentence =
    /holds a run of an earlier version .* read it with the one that wrote it \(0\.1\.0, commit 32062a1dd4b3\), run it again with --fresh, or choose another folder with --out$/;
  expect(() => openRun(folder)).toThrow(sentence);
  await expect(reportRun(folder, here, () => {})).rejects.toThrow(sentence);
  await expect(rescoreRun(folder, quiet(), root)).rejects.toThrow(sentence);
  await expect(experiment(folder)).rejects.toThrow(sentence);
  await expect(experiment(join(newFolder(), "run"), { reuse: [folder] })).rejects.toThrow(sentence);
});
