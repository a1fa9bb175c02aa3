import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Plan } from "../../src/plan/plan.js";
import { finishRun } from "../../src/run/finish-run.js";
import { ManifestBook } from "../../src/run/manifest-book.js";
import { writeDesignRecord } from "../../src/store/design-record.js";
import { claimFolder } from "../../src/store/folder/claim-folder.js";
import { readRun } from "../../src/store/folder/read-run.js";
import { forecastText } from "../../src/store/forecast-file.js";
import { lockFolder } from "../../src/store/lock/lock.js";
import { AppendLog } from "../../src/store/log/append-log.js";
import type { Manifest } from "../../src/store/manifest.js";
import { writeRound } from "../../src/store/round-file.js";
import { createRunFolder, type RunFolder } from "../../src/store/run-folder.js";
import {
  type MeasurementRow,
  measurementColumns,
  type SampleRow,
  sampleColumns,
  scoreColumns,
  TABLES,
} from "../../src/store/tables/columns.js";
import { sealTable } from "../../src/store/tables/seal.js";
import { saveVector, vectorPath } from "../../src/store/vector-file.js";
import { scoreRows } from "./score-rows.js";

export const newRoot = (): string => join(mkdtempSync(join(tmpdir(), "stored-run-")), "run");

const condition = {
  ...{ method: "caa", question: "caracara", vector_id: "v0", draw: 0, layer: 1, positions: "all" },
  ...{ strength: 0.5, unit: "resid", strength_raw: 2, strength_resid: 0.5 },
};
const provenance = { worker: "w1", attempt: 1, lease: 7 };

const sampleRows = (first: number, count: number): SampleRow[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{ plan_index: first + i, sample_id: `sample-${first + i}`, block_id: "b", cell_id: "c", model: "m" },
    ...{ parameters: 10, role: "method", ...condition, prompt_kind: "question", prompt_id: "caracara" },
    ...{ capability: null, sample_index: i, text: `a bird ${i}`, token_ids: [i, 1], prompt_tokens: 4 },
    ...{ stop: "end", error: null, applied_norm: 0.5, ...provenance, realised_rows: 4, block_seconds: 0.5 },
  }));

const measurementRows = (first: number, count: number): MeasurementRow[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{ plan_index: first + i, measurement_id: `m-${first + i}`, block_id: "b", cell_id: "c", model: "m" },
    ...{ ...condition, prompt_id: "caracara", name: "answer_logprob", answer_role: "right" },
    ...{ continuation: "x", n_tokens: 1, logprob: -1, token_logprobs: [-1], error: null, ...provenance },
  }));

const BEGUN: Manifest = {
  ...{ schema_version: 2, run: "r", name: "r", status: "running", generation_hash: "g" },
  ...{ frozen_analysis_hash: "a", files: {}, replacing: {}, lockfiles: {}, axes: { caa: "log" } },
  tool: { version: "0", git_commit: null, git_dirty_sha256: null },
  environment: { node: "v20", platform: "linux", cpu: "c", python: "3.11", packages: {}, devices: [] },
  execution: { rows: 4, threads: 1, block: 5, engine: "auto", device: "cpu", dtype: "float32" },
  random: { seed: 0, scheme: "s" },
  sandbox: { kind: "k", version: "1" },
  ...{
    models: {},
    vectors: {},
    quarantined: [],
    chosen_without: [],
    starts: [],
    samples: 10,
    measurements: 4,
    speed: null,
  },
};

export interface StartedRun {
  readonly folder: RunFolder;
  readonly logs: Readonly<Record<"samples" | "measurements" | "scores", AppendLog>>;
  readonly book: ManifestBook;
}

/** A start of a run up to its first block, as a run makes it. */
export function startRun(root: string): StartedRun {
  const folder = claimFolder(root, { fresh: false });
  const lock = lockFolder(root);
  try {
    const before = readRun(folder);
    createRunFolder(folder);
    const open = (table: (typeof TABLES)[number]) => AppendLog.open(table, join(folder.live, table.table));
    const logs = {
      samples: open(sampleColumns),
      measurements: open(measurementColumns),
      scores: open(scoreColumns),
    };
    const book = new ManifestBook(folder.manifest, before ?? BEGUN);
    book.replace(folder.config, "name: r\n");
    return { folder, logs, book };
  } finally {
    lock.release();
  }
}

/** Blocks of all tables, a vector, two rounds, a design and a forecast. */
export function fillRun({ folder, logs, book }: StartedRun): void {
  const bytes = new Uint8Array(Float32Array.of(1, -2, 0.5).buffer);
  const sha256 = saveVector(vectorPath(folder, "v0"), [{ name: "v", dtype: "float32", shape: [3], bytes }]);
  const vector = { model: "m", method: "caa", question: "caracara", layer: 1, draw: 0, seed: 0, norm: 2 };
  book.update(() => ({ vectors: { v0: { ...vector, sha256, info: {} } } }));
  for (const index of [0, 1])
    writeRound(book, folder.rounds, { index, stage: "windows", step: index, vectors: [], cells: [] });
  // As several workers commit them: not in plan order.
  for (const [block, first] of [["late", 5] as const, ["early", 0] as const]) {
    logs.samples.append(block, sampleRows(first, 5));
    logs.scores.append(block, scoreRows(first, 5));
    logs.measurements.append(block, measurementRows(first, 2));
  }
  book.replace(folder.forecast, forecastText([]));
  const settings = { target_threshold: 0.5, capability_threshold: 0.9, confidence: 0.95, precision: 0.4 };
  writeDesignRecord(book, folder.design, {
    ...{ schema_version: 1, rounds: 2, stop: "precision", layers: [], windows: [] },
    settings: { ...settings, window_samples: 1600, max_samples: null, round_samples: 5 },
  });
}

/** Seals the tables and marks the run finished. */
export async function sealRun({ folder, logs, book }: StartedRun): Promise<void> {
  const files = { ...book.current.files };
  for (const { table } of TABLES) {
    const staged = await sealTable(logs[table], ["early", "late"], folder[table]);
    staged.put();
    files[relative(folder.root, folder[table])] = staged.record;
  }
  book.update(() => ({ status: "finished", files }));
}

export async function finishedRun(root: string = newRoot()): Promise<RunFolder> {
  const started = startRun(root);
  fillRun(started);
  await sealRun(started);
  for (const log of Object.values(started.logs)) log.close();
  return started.folder;
}

/** A start that goes on with a finished run, up to a block that was missing from it. */
export function openedAgain(root: string): StartedRun {
  const started = startRun(root);
  started.logs.samples.append("retried", sampleRows(10, 1));
  started.logs.scores.append("retried", scoreRows(10, 1));
  return started;
}

/** Seals such a run as a run does. */
export function finishAgain({ folder, logs, book }: StartedRun): Promise<void> {
  const blocks = ["early", "late", "retried"].map((id) => ({ id, kind: "generate", count: 5 }));
  return finishRun({ blocks } as unknown as Plan, folder, logs, book);
}
