import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RecordBatch } from "apache-arrow";
import { dataPathOf, recover } from "../log/recover.js";
import type { RunFolder } from "../run-folder.js";
import type { SampleRow } from "../tables/columns.js";
import { sampleColumns } from "../tables/columns.js";
import { sealedBatches } from "../tables/read-table.js";
import { batchToRows, decodeBatch } from "../tables/record-batch.js";
import type { StoredRun } from "./read-run.js";

/** Decoded batches that are kept: samples are asked for in about the order that they lie in. */
const KEPT_BATCHES = 8;

/** The samples of a run by their ids: all of a finished one, and what is committed of any other. */
export class StoredSamples {
  readonly #batches: readonly RecordBatch[];
  readonly #places = new Map<string, { readonly batch: number; readonly row: number }>();
  readonly #decoded = new Map<number, readonly SampleRow[]>();

  /** @throws StoreDamaged where a committed byte is missing or changed. */
  constructor({ folder, manifest, files }: StoredRun) {
    this.#batches =
      manifest.status === "finished"
        ? [...sealedBatches(sampleColumns, files, folder.samples)]
        : committedBatches(folder);
    const ids = {
      ...sampleColumns,
      columns: sampleColumns.columns.filter(({ name }) => name === "sample_id"),
    };
    for (const [batch, data] of this.#batches.entries()) {
      for (const [row, { sample_id }] of (batchToRows(ids, data) as { sample_id: string }[]).entries())
        this.#places.set(sample_id, { batch, row });
    }
  }

  has(id: string): boolean {
    return this.#places.has(id);
  }

  get(id: string): SampleRow | null {
    const place = this.#places.get(id);
    return place === undefined ? null : (this.#rowsOf(place.batch)[place.row] ?? null);
  }

  #rowsOf(batch: number): readonly SampleRow[] {
    const data = this.#batches[batch];
    const rows =
      this.#decoded.get(batch) ??
      (data === undefined ? [] : (batchToRows(sampleColumns, data) as SampleRow[]));
    this.#decoded.delete(batch);
    this.#decoded.set(batch, rows);
    const [oldest] = this.#decoded.keys();
    if (this.#decoded.size > KEPT_BATCHES && oldest !== undefined) this.#decoded.delete(oldest);
    return rows;
  }
}

function committedBatches(folder: RunFolder): readonly RecordBatch[] {
  const log = join(folder.live, sampleColumns.table);
  const { records = [] } = recover(sampleColumns, log) ?? {};
  if (records.length === 0) return [];
  const data = readFileSync(dataPathOf(log));
  return records.map(({ end, length }) => decodeBatch(sampleColumns, data.subarray(end - length, end)));
}
