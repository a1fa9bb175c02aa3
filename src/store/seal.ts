import { RecordBatchFileWriter } from "apache-arrow";
import type { AppendLog } from "./append-log.js";
import { arrowSchema } from "./columns.js";
import { replaceFileWith, writeFully } from "./durable.js";
import { rowsToBatch } from "./record-batch.js";

/**
 * Writes a finished log as one Arrow file, its blocks in the given order, one batch at a time.
 *
 * @param transform applied to the rows of each block before they are written.
 */
export async function sealTable(log: AppendLog, blocks: readonly string[], path: string): Promise<void> {
  const writer = new RecordBatchFileWriter();
  writer.reset(undefined, arrowSchema(log.table));
  for (const block of blocks) {
    if (!log.has(block)) continue;
    writer.write(rowsToBatch(log.table, log.read(block)));
  }
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
