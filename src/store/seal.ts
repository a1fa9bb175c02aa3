import type { RecordBatch } from "apache-arrow";
import type { AppendLog } from "./append-log.js";
import { writeBatches } from "./write-table.js";

/** Writes a finished log as one Arrow file, its blocks in the given order; blocks it lacks are left out. */
export function sealTable(log: AppendLog, blocks: readonly string[], path: string): Promise<void> {
  return writeBatches(log.table, batchesOf(log, blocks), path);
}

function* batchesOf(log: AppendLog, blocks: readonly string[]): Generator<RecordBatch> {
  for (const block of blocks) if (log.has(block)) yield log.batch(block);
}
