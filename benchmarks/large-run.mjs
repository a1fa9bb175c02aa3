#!/usr/bin/env node
// Makes a large run out of a small one: node benchmarks/large-run.mjs RUN OUT SAMPLES.
// Its samples with their scores are repeated until there are SAMPLES; log-probabilities stay as they are.
import { cpSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const dist = join(import.meta.dirname, "..", "dist");
const load = (path) => import(pathToFileURL(join(dist, path)).href);
const { openRun } = await load("store/folder/read-run.js");
const { readSamples, readScores } = await load("store/tables/read-table.js");
const { sampleColumns, scoreColumns } = await load("store/tables/columns.js");
const { stageTable } = await load("store/tables/write-table.js");
const { ManifestBook } = await load("run/manifest-book.js");

const [from, to, count] = [resolve(process.argv[2]), resolve(process.argv[3]), Number(process.argv[4])];
cpSync(from, to, { recursive: true });
rmSync(join(to, "live"), { recursive: true, force: true });
const { folder, manifest, files } = openRun(to);
const repeats = Math.ceil(count / manifest.samples);

/** Rows in plan order, once a repeat, each repeat after the one before. */
function* repeated(rows) {
  const own = [...rows];
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const row of own) {
      const plan_index = repeat * manifest.samples + row.plan_index;
      if (plan_index >= count) return;
      yield { ...row, plan_index, sample_id: `${row.sample_id}-${repeat}` };
    }
  }
}

const book = new ManifestBook(folder.manifest, { ...manifest, samples: count });
book.put(
  folder.samples,
  await stageTable(sampleColumns, repeated(readSamples(files, folder.samples)), folder.samples),
);
book.put(
  folder.scores,
  await stageTable(scoreColumns, repeated(readScores(files, folder.scores)), folder.scores),
);
