import { AsyncByteQueue, type RecordBatch, RecordBatchFileWriter } from "apache-arrow";
import { type StagedFile, StagedWriter } from "../log/durable.js";
import { arrowSchema, type TableColumns } from "./columns.js";
import { type Row, rowsToBatch } from "./record-batch.js";

/** Rows a record batch holds. */
const BATCH_ROWS = 4_096;

/** What a writer has to say, held until it is taken. */
class Chunks extends AsyncByteQueue {
  #chunks: Uint8Array[] = [];

  override write(chunk: ArrayBufferView): void {
    this.#chunks.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  }

  take(): Uint8Array {
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [];
    return bytes;
  }
}

/** Writes an Arrow file of the given batches, one after the other, beside the one that it is to replace. */
export async function stageBatches(
  table: TableColumns,
  batches: Iterable<RecordBatch> | AsyncIterable<RecordBatch>,
  path: string,
): Promise<StagedFile> {
  const staged = new StagedWriter(path);
  try {
    const chunks = new Chunks();
    const writer = new RecordBatchFileWriter();
    writer.reset(chunks, arrowSchema(table));
    for await (const batch of batches) {
      writer.write(batch);
      staged.write(chunks.take());
    }
    writer.finish();
    staged.write(chunks.take());
    return staged.finish();
  } catch (cause) {
    staged.discard();
    throw cause;
  }
}

/** Writes an Arrow file of rows beside the one that it is to replace. */
export const stageTable = (
  table: TableColumns,
  rows: Iterable<Row> | AsyncIterable<Row>,
  path: string,
): Promise<StagedFile> => stageBatches(table, batchesOf(table, rows), path);

async function* batchesOf(
  table: TableColumns,
  rows: Iterable<Row> | AsyncIterable<Row>,
): AsyncGenerator<RecordBatch> {
  let batch: Row[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < BATCH_ROWS) continue;
    yield rowsToBatch(table, batch);
    batch = [];
  }
  if (batch.length > 0) yield rowsToBatch(table, batch);
}
