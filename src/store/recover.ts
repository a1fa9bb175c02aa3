import { existsSync, readFileSync, statSync } from "node:fs";
import { crc32c } from "../config/crc32c.js";
import { type CommitRecord, parseCommitRecord } from "./commit-record.js";
import { StoreDamaged } from "./store-damaged.js";

export interface Recovered {
  readonly records: readonly CommitRecord[];
  /** Length of the committed part of the data file, the schema included. */
  readonly dataEnd: number;
  /** Length of the committed part of the commit file. */
  readonly commitEnd: number;
}

/**
 * Verifies an append log from its start. What follows the last whole commit record is an uncommitted tail, to be cut;
 * anything wrong before that is damage.
 *
 * @throws StoreDamaged where a committed byte is missing or changed.
 */
export function recover(dataPath: string, commitPath: string, schema: Uint8Array): Recovered {
  if (!existsSync(commitPath) || statSync(commitPath).size === 0)
    return { records: [], dataEnd: 0, commitEnd: 0 };
  const { records, commitEnd } = readCommitFile(commitPath);
  if (records.length === 0) return { records, dataEnd: 0, commitEnd };
  const data = existsSync(dataPath) ? readFileSync(dataPath) : Buffer.alloc(0);
  if (Buffer.compare(data.subarray(0, schema.length), schema) !== 0) {
    throw new StoreDamaged(
      `${dataPath} does not begin with the schema of this version; restore it from a copy`,
    );
  }
  let offset = schema.length;
  for (const record of records) {
    const batch = data.subarray(offset, record.end);
    if (record.end !== offset + record.length || batch.length !== record.length) {
      throw new StoreDamaged(
        `${dataPath} ends at byte ${data.length}, but block ${record.block} was committed up to byte ${record.end}`,
      );
    }
    if (crc32c(batch) !== record.crc32c) {
      throw new StoreDamaged(
        `${dataPath}: bytes ${offset} to ${record.end} (block ${record.block}) fail their checksum`,
      );
    }
    offset = record.end;
  }
  return { records, dataEnd: offset, commitEnd };
}

function readCommitFile(path: string): { records: CommitRecord[]; commitEnd: number } {
  const bytes = readFileSync(path);
  const records: CommitRecord[] = [];
  let offset = 0;
  for (;;) {
    const newline = bytes.indexOf(0x0a, offset);
    if (newline < 0) {
      const wholeButForNewline = parseCommitRecord(bytes.toString("utf8", offset, bytes.length - 1)) !== null;
      if (wholeButForNewline)
        throw new StoreDamaged(`${path}: the last byte of commit record ${records.length} changed`);
      return { records, commitEnd: offset };
    }
    const record = parseCommitRecord(bytes.toString("utf8", offset, newline));
    if (record === null || record.seq !== records.length) {
      throw new StoreDamaged(`${path}: commit record ${records.length} at byte ${offset} fails its checksum`);
    }
    records.push(record);
    offset = newline + 1;
  }
}
