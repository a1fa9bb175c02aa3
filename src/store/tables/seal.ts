import type { RecordBatch } from "apache-arrow";
import type { AppendLog } from "../log/append-log.js";
import type { StagedFile } from "../log/durable.js";
import { stageBatches } from "./write-table.js";

/** A finished log as one Arrow file, its blocks in the given order; blocks that it lacks or that are empty are left out. */
export function sealTable(log: AppendLog, blocks: readonly string[], path: string): Promise<StagedFile> {
  return stageBatches(log.table, batchesOf(log, blocks), path);
}

function* batchesOf(log: AppendLog, blocks: readonly string[]): Generator<RecordBatch> {
  for (const block of blocks) {
    if (!log.has(block)) continue;
    const batch = log.batch(block);
    if (batch.numRows > 0) yield batch;
  }
}
