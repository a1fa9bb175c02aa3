import { closeSync, fsyncSync, ftruncateSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { crc32c } from "@node-rs/crc32";
import type { RecordBatch } from "apache-arrow";
import { makeFolder } from "../../util/make-folder.js";
import { StoreDamaged } from "../store-damaged.js";
import type { TableColumns } from "../tables/columns.js";
import { batchBytes, batchToRows, decodeBatch, type Row, schemaBytes } from "../tables/record-batch.js";
import { type CommitRecord, commitHeader, formatCommitRecord } from "./commit-record.js";
import { replaceFile, writeFully } from "./durable.js";
import { needingRoom } from "./no-room.js";
import { commitPathOf, dataPathOf, type Recovered, recover } from "./recover.js";

/**
 * One table of a run under way: an Arrow stream to which whole blocks are appended, with commit records beside it. A block
 * is committed once its commit record is durable; an interruption before that leaves a tail that opening removes.
 */
export class AppendLog {
  readonly #data: number;
  readonly #commits: number;
  readonly #write: typeof writeFully;
  readonly #byBlock = new Map<string, CommitRecord>();
  #dataEnd: number;
  #commitEnd: number;

  private constructor(
    readonly table: TableColumns,
    readonly path: string,
    recovered: Recovered,
    write: typeof writeFully,
  ) {
    this.#data = openSync(dataPathOf(path), "r+");
    this.#commits = openSync(commitPathOf(path), "r+");
    this.#write = write;
    this.#dataEnd = recovered.dataEnd;
    this.#commitEnd = recovered.commitEnd;
    for (const record of recovered.records) this.#byBlock.set(record.block, record);
  }

  /** Opens `<path>.arrows` and `<path>.commit`, verifies them and cuts an uncommitted tail. */
  static open(table: TableColumns, path: string, write = writeFully): AppendLog {
    const recovered = recover(table, path) ?? createLog(table, path);
    const log = new AppendLog(table, path, recovered, write);
    log.#cutBack();
    return log;
  }

  get blocks(): ReadonlySet<string> {
    return new Set(this.#byBlock.keys());
  }

  get rows(): number {
    let rows = 0;
    for (const record of this.#byBlock.values()) rows += record.rows;
    return rows;
  }

  has(block: string): boolean {
    return this.#byBlock.has(block);
  }

  /**
   * Commits a block: batch, fsync, record, fsync. Returns false if the block is already committed (the first wins).
   * On failure, both files are cut back to what was committed, and the cause is thrown.
   */
  append(block: string, rows: readonly Row[]): boolean {
    if (this.#byBlock.has(block)) return false;
    const bytes = batchBytes(this.table, rows);
    const record: CommitRecord = {
      seq: this.#byBlock.size,
      end: this.#dataEnd + bytes.length,
      length: bytes.length,
      crc32c: crc32c(bytes),
      block,
      rows: rows.length,
    };
    const line = Buffer.from(formatCommitRecord(record));
    try {
      needingRoom(dataPathOf(this.path), () => {
        this.#write(this.#data, bytes, this.#dataEnd);
        fsyncSync(this.#data);
        this.#write(this.#commits, line, this.#commitEnd);
        fsyncSync(this.#commits);
      });
    } catch (cause) {
      this.#cutBack();
      throw cause;
    }
    this.#dataEnd = record.end;
    this.#commitEnd += line.length;
    this.#byBlock.set(block, record);
    return true;
  }

  /** The rows of a committed block. */
  read(block: string): Row[] {
    return batchToRows(this.table, this.batch(block));
  }

  /** One column of a committed block: of texts, none of which is null. */
  texts(block: string, column: string): string[] {
    const columns = this.table.columns.filter(({ name }) => name === column);
    const rows = batchToRows({ ...this.table, columns }, this.batch(block));
    return rows.map((row) => String(Reflect.get(row, column)));
  }

  /** A committed block as it was written. */
  batch(block: string): RecordBatch {
    const record = this.#byBlock.get(block);
    if (record === undefined) throw new Error(`${this.table.table}: block ${block} is not committed`);
    const bytes = Buffer.alloc(record.length);
    readSync(this.#data, bytes, 0, record.length, record.end - record.length);
    if (crc32c(bytes) !== record.crc32c)
      throw new StoreDamaged(
        `block ${block} of ${this.table.table} fails its checksum since it was committed`,
      );
    return decodeBatch(this.table, bytes);
  }

  /** Length of the committed part of the data file. */
  get bytes(): number {
    return this.#dataEnd;
  }

  close(): void {
    closeSync(this.#data);
    closeSync(this.#commits);
  }

  #cutBack(): void {
    ftruncateSync(this.#data, this.#dataEnd);
    ftruncateSync(this.#commits, this.#commitEnd);
  }
}

/** Starts a log. It exists once its commit file does, whose header shows that no record of it was lost. */
function createLog(table: TableColumns, path: string): Recovered {
  makeFolder(dirname(path));
  const schema = schemaBytes(table);
  const header = Buffer.from(commitHeader(table.table));
  replaceFile(dataPathOf(path), schema);
  replaceFile(commitPathOf(path), header);
  return { records: [], dataEnd: schema.length, commitEnd: header.length };
}
