import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { crc32c } from "@node-rs/crc32";
import { StoreDamaged } from "../store-damaged.js";
import type { TableColumns } from "../tables/columns.js";
import { schemaBytes } from "../tables/record-batch.js";
import { type CommitRecord, commitHeader, parseCommitRecord } from "./commit-record.js";

export interface Recovered {
  readonly records: readonly CommitRecord[];
  /** Length of the committed part of the data file, the schema included. */
  readonly dataEnd: number;
  /** Length of the committed part of the commit file, its header included. */
  readonly commitEnd: number;
}

export const dataPathOf = (path: string): string => `${path}.arrows`;
export const commitPathOf = (path: string): string => `${path}.commit`;

/**
 * Verifies an append log from its start, and changes nothing. What follows the last complete commit record is an
 * uncommitted tail, to be cut; any fault before that is damage. Null if the log was not fully created yet.
 *
 * @throws StoreDamaged if a committed byte is missing or changed.
 */
export function recover(table: TableColumns, path: string): Recovered | null {
  const [dataPath, commitPath] = [dataPathOf(path), commitPathOf(path)];
  const schema = schemaBytes(table);
  if (!existsSync(commitPath)) {
    if (sizeOf(dataPath) <= schema.length) return null;
    throw new StoreDamaged(
      `${commitPath} is missing, but ${dataPath} holds blocks that it committed; restore it from a copy of the run`,
    );
  }
  const { records, commitEnd } = readCommitFile(commitPath, table);
  if (!existsSync(dataPath)) {
    throw new StoreDamaged(
      `${dataPath} is missing, but ${commitPath} is there; restore it from a copy of the run`,
    );
  }
  const descriptor = openSync(dataPath, "r");
  try {
    return { records, dataEnd: verifyData(descriptor, dataPath, schema, records), commitEnd };
  } finally {
    closeSync(descriptor);
  }
}

/** Verifies the blocks of a data file one by one; returns the length of its committed part. */
function verifyData(
  descriptor: number,
  dataPath: string,
  schema: Uint8Array,
  records: readonly CommitRecord[],
): number {
  const bytesAt = (position: number, length: number): Buffer => {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, length, position));
  };
  if (Buffer.compare(bytesAt(0, schema.length), schema) !== 0) {
    throw new StoreDamaged(
      `${dataPath} does not begin with the schema of this version; restore it from a copy of the run`,
    );
  }
  let offset = schema.length;
  for (const record of records) {
    const batch = bytesAt(offset, record.length);
    if (record.end !== offset + record.length || batch.length !== record.length) {
      throw new StoreDamaged(
        `${dataPath} ends at byte ${sizeOf(dataPath)}, but block ${record.block} was committed up to byte ${record.end}; restore it from a copy of the run`,
      );
    }
    if (crc32c(batch) !== record.crc32c) {
      throw new StoreDamaged(
        `${dataPath}: bytes ${offset} to ${record.end} (block ${record.block}) fail their checksum; restore it from a copy of the run`,
      );
    }
    offset = record.end;
  }
  return offset;
}

/** True if blocks were appended to a log, or may have been. */
export const holdsBlocks = (table: TableColumns, path: string): boolean =>
  sizeOf(dataPathOf(path)) > schemaBytes(table).length ||
  sizeOf(commitPathOf(path)) > commitHeader(table.table).length;

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

function readCommitFile(path: string, { table }: TableColumns): Omit<Recovered, "dataEnd"> {
  const bytes = readFileSync(path);
  const header = Buffer.from(commitHeader(table));
  if (Buffer.compare(bytes.subarray(0, header.length), header) !== 0) {
    throw new StoreDamaged(
      `${path} does not begin as a commit file of ${table}; restore it from a copy of the run`,
    );
  }
  const records: CommitRecord[] = [];
  let offset = header.length;
  for (;;) {
    const newline = bytes.indexOf(0x0a, offset);
    if (newline < 0) {
      const wholeButForNewline = parseCommitRecord(bytes.toString("utf8", offset, bytes.length - 1)) !== null;
      if (!wholeButForNewline) return { records, commitEnd: offset };
      throw new StoreDamaged(
        `${path}: the last byte of commit record ${records.length} changed; restore it from a copy of the run`,
      );
    }
    const record = parseCommitRecord(bytes.toString("utf8", offset, newline));
    if (record === null || record.seq !== records.length) {
      throw new StoreDamaged(
        `${path}: commit record ${records.length} at byte ${offset} fails its checksum; restore it from a copy of the run`,
      );
    }
    records.push(record);
    offset = newline + 1;
  }
}
