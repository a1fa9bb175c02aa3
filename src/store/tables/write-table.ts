import { type RecordBatch, RecordBatchFileWriter } from "apache-arrow";
import { type StagedFile, stageFile } from "../log/durable.js";
import { arrowSchema, type TableColumns } from "./columns.js";
import { type Row, rowsToBatch } from "./record-batch.js";

/** Rows a record batch holds. */
const BATCH_ROWS = 4_096;

/** Writes an Arrow file of the given batches beside the one that it is to replace. */
export async function stageBatches(
  table: TableColumns,
  batches: Iterable<RecordBatch>,
  path: string,
): Promise<StagedFile> {
  const writer = new RecordBatchFileWriter();
  writer.reset(undefined, arrowSchema(table));
  for (const batch of batches) writer.write(batch);
  writer.finish();
  const chunks: Uint8Array[] = [];
  for await (const chunk of writer) chunks.push(chunk);
  return stageFile(path, chunks);
}

/** Writes an Arrow file of rows beside the one that it is to replace. */
export function stageTable(table: TableColumns, rows: readonly Row[], path: string): Promise<StagedFile> {
  const starts = Array.from(
    { length: Math.ceil(rows.length / BATCH_ROWS) },
    (_, index) => index * BATCH_ROWS,
  );
  return stageBatches(
    table,
    starts.map((start) => rowsToBatch(table, rows.slice(start, start + BATCH_ROWS))),
    path,
  );
}
