import { inCsv } from "../../text/foreign-text.js";

export type CsvValue = string | number | boolean | null;

/** Values by column. */
export type Fields = Readonly<Record<string, CsvValue>>;

/**
 * RFC 4180 with line feeds: a field is quoted where necessary, null is empty, numbers are written in full, and text is
 * never a formula. A stamp is the first column of every row.
 */
export function csv(records: readonly Fields[], stamp: string | null): string {
  const header = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const stamped = (first: string, row: readonly CsvValue[]) => (stamp === null ? row : [first, ...row]);
  const rows = records.map((record) =>
    stamped(
      stamp ?? "",
      header.map((name) => record[name] ?? null),
    ),
  );
  return `${[stamped("stamp", header), ...rows].map((row) => row.map(field).join(",")).join("\n")}\n`;
}

function field(value: CsvValue): string {
  if (value === null) return "";
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new RangeError(`csv: ${value} is not a finite number`);
  }
  const text = typeof value === "string" ? inCsv(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
