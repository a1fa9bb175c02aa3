import { inCsv } from "../../text/foreign-text.js";

export type CsvValue = string | number | boolean | null;

/** RFC 4180 with line feeds: a field is quoted where it must be, null is empty, numbers are written in full, text is no formula. */
export function csv(header: readonly string[], rows: readonly (readonly CsvValue[])[]): string {
  return `${[header, ...rows].map((row) => row.map(field).join(",")).join("\n")}\n`;
}

function field(value: CsvValue): string {
  if (value === null) return "";
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new RangeError(`csv: ${value} is not a finite number`);
  }
  const text = typeof value === "string" ? inCsv(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
