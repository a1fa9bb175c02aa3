import { readFile } from "node:fs/promises";
import { tableFromIPC } from "apache-arrow";
import { UserError } from "../../util/user-error.js";
import { csvRecords } from "../input/csv-records.js";

/** A value of a table as it was read, and where it stands. */
export interface Cell {
  /** Text in a CSV; anything in Arrow. Null where it is empty. */
  readonly value: string | number | null;
  /** 1-based line of a CSV, or row of an Arrow table. */
  readonly line: number;
  /** 1-based; null in an Arrow table, whose columns have names only. */
  readonly column: number | null;
}

export interface RawTable {
  readonly columns: readonly string[];
  readonly rows: readonly ReadonlyMap<string, Cell>[];
}

/**
 * Reads a CSV (by its name's end) or else an Arrow file or stream.
 *
 * @throws UserError where the file is absent or neither.
 */
export async function readRawTable(path: string): Promise<RawTable> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new UserError(`${path} cannot be read; give the path of a CSV or Arrow file`, { cause });
  });
  return path.toLowerCase().endsWith(".csv") ? fromCsv(bytes.toString("utf8"), path) : fromArrow(bytes, path);
}

function fromCsv(text: string, path: string): RawTable {
  const [header, ...records] = csvRecords(text);
  if (header === undefined) throw new UserError(`${path} is empty; its first line must name the columns`);
  const columns = header.map(({ text: name }) => name);
  const rows = records.map((record) => {
    const cells = new Map<string, Cell>();
    columns.forEach((name, i) => {
      const field = record[i];
      const line = field?.line ?? record[0]?.line ?? 0;
      cells.set(name, { value: field?.text || null, line, column: field?.column ?? null });
    });
    return cells;
  });
  return { columns, rows };
}

function fromArrow(bytes: Uint8Array, path: string): RawTable {
  const table = parseArrow(bytes, path);
  const columns = table.schema.fields.map(({ name }) => String(name));
  const vectors = columns.map((name) => table.getChild(name));
  const rows = Array.from({ length: table.numRows }, (_, row) => {
    const cells = columns.map((name, i): [string, Cell] => {
      const value: unknown = vectors[i]?.get(row);
      return [name, { value: plain(value), line: row + 1, column: null }];
    });
    return new Map(cells);
  });
  return { columns, rows };
}

function parseArrow(bytes: Uint8Array, path: string) {
  try {
    return tableFromIPC(bytes);
  } catch (cause) {
    throw new UserError(`${path} is neither a CSV (by its name) nor an Arrow file; give one of them`, {
      cause,
    });
  }
}

function plain(value: unknown): string | number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return Number(value);
  return typeof value === "number" ? value : String(value);
}
