import { type RecordBatch, RecordBatchFileWriter } from "apache-arrow";
import { arrowSchema, type TableColumns } from "./columns.js";
import { replaceFileWith, writeFully } from "./durable.js";
import { type Row, rowsToBatch } from "./record-batch.js";

/** Rows a record batch holds. */
const BATCH_ROWS = 4_096;

/** Replaces an Arrow file with the given batches, in one durable step. */
export async function writeBatches(
  table: TableColumns,
  batches: Iterable<RecordBatch>,
  path: string,
): Promise<void> {
  const writer = new RecordBatchFileWriter();
  writer.reset(undefined, arrowSchema(table));
  for (const batch of batches) writer.write(batch);
  writer.finish();
  const chunks: Uint8Array[] = [];
  for await (const chunk of writer) chunks.push(chunk);
  replaceFileWith(path, (fd) => {
    let position = 0;
    for (const chunk of chunks) {
      writeFully(fd, chunk, position);
      position += chunk.length;
    }
  });
}

/** Replaces an Arrow file with rows. */
export function writeTable(table: TableColumns, rows: readonly Row[], path: string): Promise<void> {
  const starts = Array.from(
    { length: Math.ceil(rows.length / BATCH_ROWS) },
    (_, index) => index * BATCH_ROWS,
  );
  return writeBatches(
    table,
    starts.map((start) => rowsToBatch(table, rows.slice(start, start + BATCH_ROWS))),
    path,
  );
}
