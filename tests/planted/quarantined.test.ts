import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openRun } from "../../src/store/folder/read-run.js";
import { readManifest } from "../../src/store/manifest.js";
import { runFolder } from "../../src/store/run-folder.js";
import { readSamples } from "../../src/store/tables/read-table.js";
import { LONG, PLANTED_WORKER, plant, plantedRun } from "./planted-run.js";

const SMALL = ["models=[small]", "questions=[caracara]", "design.precision=1"];
const planted = plant("searched");

const textsOf = (folder: string): readonly string[] =>
  readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name), "utf8"));

test(
  "samples that come after rounds were chosen without them are in the tables, and the rounds stay as they were",
  async () => {
    const out = join(planted.folder, "run");
    const { rounds, design, samples, manifest } = runFolder(out);
    const short = [...PLANTED_WORKER, "--out-of-memory-at", "0a"];
    expect((await plantedRun(planted.folder, out, SMALL, { workerCommand: short })).exitCode).toBe(3);
    const missing = readManifest(manifest)?.quarantined.flatMap(({ ids }) => ids) ?? [];
    expect(missing.length).toBeGreaterThan(1);
    const kept = join(planted.folder, "kept");
    cpSync(out, kept, { recursive: true });

    expect((await plantedRun(planted.folder, out, SMALL)).exitCode).toBe(0);
    expect(readManifest(manifest)?.quarantined).toEqual([]);
    expect(readManifest(manifest)?.chosen_without.toSorted()).toEqual(missing.toSorted());
    expect(textsOf(rounds)).toEqual(textsOf(runFolder(kept).rounds));
    expect(readFileSync(design, "utf8")).toBe(readFileSync(runFolder(kept).design, "utf8"));
    const before = new Map(
      [...readSamples(openRun(kept).files, runFolder(kept).samples)].map((row) => [row.sample_id, row]),
    );
    const after = [...readSamples(openRun(out).files, samples)];
    expect(after.map(({ plan_index }) => plan_index)).toEqual([...after.keys()]);
    expect(
      after
        .filter(({ sample_id }) => !before.has(sample_id))
        .map(({ sample_id }) => sample_id)
        .sort(),
    ).toEqual(missing.toSorted());
    for (const row of after) expect(before.get(row.sample_id) ?? row).toEqual(row);
  },
  LONG,
);
