import { closeSync, openSync, readSync } from "node:fs";
import { join, relative } from "node:path";
import type { RecordBatch } from "apache-arrow";
import type { CommitRecord } from "../log/commit-record.js";
import type { FileRecord } from "../log/durable.js";
import { dataPathOf, recover } from "../log/recover.js";
import { StoreDamaged } from "../store-damaged.js";
import { TABLES, type TableColumns } from "../tables/columns.js";
import { decodeBatch } from "../tables/record-batch.js";
import { stageBatches } from "../tables/write-table.js";
import type { StoredRun } from "./read-run.js";
import { isWhole } from "./recorded-files.js";

/**
 * Rebuilds the missing or changed sealed tables of a finished run from the blocks in `live/`. A table is replaced only by
 * the bytes that were sealed. The folder must be locked.
 *
 * @throws StoreDamaged if the rebuilt table is not what was sealed.
 */
export async function mendTables(
  { folder, manifest, files }: StoredRun,
  say: (text: string) => void,
): Promise<void> {
  for (const table of TABLES) {
    const path = folder[table.table];
    const sealed = manifest.files[relative(folder.root, path)];
    if (sealed === undefined || isWhole(path, sealed)) continue;
    if (await rebuilt(table, join(folder.live, table.table), path, sealed))
      say(`${path} was missing or changed; it was made again from ${folder.live}, as it was sealed.`);
    else files.check(path);
  }
}

async function rebuilt(table: TableColumns, log: string, path: string, sealed: FileRecord): Promise<boolean> {
  const staged = await stageBatches(table, batchesOf(table, log), path);
  if (staged.record.sha256 !== sealed.sha256) {
    staged.discard();
    return false;
  }
  staged.put();
  return true;
}

/** The blocks of an intact log in plan order, one at a time; none if it is damaged. */
function* batchesOf(table: TableColumns, log: string): Generator<RecordBatch> {
  const { records } = wholeLog(table, log);
  if (records.length === 0) return;
  const descriptor = openSync(dataPathOf(log), "r");
  try {
    const batchOf = ({ end, length }: CommitRecord) => {
      const bytes = Buffer.alloc(length);
      readSync(descriptor, bytes, 0, length, end - length);
      return decodeBatch(table, bytes);
    };
    const places = records
      .filter(({ rows }) => rows > 0)
      .map((record) => ({ record, first: Number(batchOf(record).getChild("plan_index")?.get(0)) }))
      .toSorted((a, b) => a.first - b.first);
    for (const { record } of places) yield batchOf(record);
  } finally {
    closeSync(descriptor);
  }
}

function wholeLog(table: TableColumns, log: string) {
  try {
    return recover(table, log) ?? { records: [] };
  } catch (cause) {
    if (cause instanceof StoreDamaged) return { records: [] };
    throw cause;
  }
}
