import { csv, type Fields } from "./csv/csv.js";
import { csvRecords } from "./input/csv-records.js";

/** Columns of windows.csv that are compared, and the differences that two machines' last bits may cause. */
const COLUMNS = ["onset", "collapse", "width", "frontier_rate"] as const;
const TOLERANCE = 0.15;
const KEYS = ["model", "question", "method"] as const;

/**
 * Says how the rows of a run's windows.csv compare with the committed reference: equal, close, or which rows differ.
 * Sampling is the same on every machine, but the last bits of floating point are not, and a few samples may differ.
 */
export function compareReference(reference: string, measured: readonly Fields[]): string {
  const expected = parseCsv(reference);
  const found = new Map(measured.map((row) => [keyOf(row), row]));
  const far = expected.filter((row) => !close(row, found.get(keyOf(row))));
  if (reference === csv(measured, null))
    return `Nano ladder: all ${expected.length} windows equal results/reference/windows.csv.`;
  if (far.length === 0)
    return `Nano ladder: all ${expected.length} windows agree with results/reference/windows.csv within ${TOLERANCE}.`;
  const names = far.map((row) => keyOf(row)).join(", ");
  return `Nano ladder: ${expected.length - far.length} of ${expected.length} windows agree with results/reference/windows.csv; these differ by more than ${TOLERANCE}: ${names}.`;
}

type Row = Readonly<Record<string, string>>;

/** The records of windows.csv by column name. */
function parseCsv(text: string): Row[] {
  const [header = [], ...records] = csvRecords(text);
  return records.map((record) =>
    Object.fromEntries(record.map((cell, index) => [header[index]?.text ?? "", cell.text])),
  );
}

const keyOf = (row: Fields): string => KEYS.map((key) => row[key]).join(" ");

function close(row: Row, other: Fields | undefined): boolean {
  if (other === undefined) return false;
  return COLUMNS.every((column) => {
    const [a = "", b] = [row[column], String(other[column] ?? "")];
    return a === b || (a !== "" && b !== "" && Math.abs(Number(a) - Number(b)) <= TOLERANCE);
  });
}
