import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { csvRecords } from "../../src/report/input/csv-records.js";

export type TableRecord = Readonly<Record<string, string>>;

/** A table of a report, by column. */
export function readTable(folder: string, name: string): readonly TableRecord[] {
  const [header = [], ...rows] = csvRecords(readFileSync(join(folder, "report", name), "utf8"));
  return rows.map((row) =>
    Object.fromEntries(header.map((field, column) => [field.text, row[column]?.text ?? ""])),
  );
}

/** The row of a model, question and method. */
export function windowOf(
  rows: readonly TableRecord[],
  model: string,
  question: string,
  method = "caa-last-token",
): TableRecord {
  const found = rows.filter(
    (row) => row.model === model && row.question === question && row.method === method,
  );
  expect(found, `rows of ${model}, ${question}, ${method}`).toHaveLength(1);
  return found[0] ?? {};
}

/** Names that lie above all numbers, and below them, for an end and for a width. */
const ABOVE = {
  end: ["never_steered", "never_collapsed", "never_capable"],
  width: ["never_collapsed", "steered_at_lowest"],
};
const BELOW = {
  end: ["steered_at_lowest", "collapsed_at_lowest"],
  width: ["never_steered", "collapsed_at_lowest"],
};

/** A bound as a number, an infinite one where it is a name. */
export function boundOf(row: TableRecord, column: string): number {
  const text = row[column] ?? "";
  const kind = column.startsWith("width") ? "width" : "end";
  if (ABOVE[kind].includes(text)) return Number.POSITIVE_INFINITY;
  if (BELOW[kind].includes(text)) return Number.NEGATIVE_INFINITY;
  expect(text, `${column} of ${row.model}, ${row.question}`).toMatch(/^-?\d/);
  return Number(text);
}

/** What of the planted window lies outside its interval for these items; null is a strength that is never reached. */
export function missesOf(
  row: TableRecord,
  planted: Readonly<Partial<Record<"onset" | "collapse" | "width", number | null>>>,
): readonly string[] {
  return Object.entries(planted).flatMap(([name, value]) => {
    const truth = value ?? (name === "width" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
    const [low, high] = [boundOf(row, `${name}_low_these`), boundOf(row, `${name}_high_these`)];
    if (low <= truth && truth <= high) return [];
    return [`${name} of ${row.model}, ${row.question}, ${row.method}: ${truth} is not in ${low} to ${high}`];
  });
}
