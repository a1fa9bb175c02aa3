import { highestOf } from "../../statistics/extremes.js";
import { inLine, inMarkdown } from "../../text/foreign-text.js";
/** A GitHub table, padded so that it also reads as plain text. All rows have as many cells as the header. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [header, ...rows].map((row) => row.map((cell) => inMarkdown(cell).replaceAll("|", "\\|")));
  const widths = columnWidths(cells);
  const line = (row: readonly string[]) => `| ${padded(row, widths).join(" | ")} |`;
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  const [first, ...rest] = cells;
  return [line(first ?? []), rule, ...rest.map(line)].join("\n");
}

/** The same for a terminal: columns two spaces apart, no rules. */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [header, ...rows].map((row) => row.map(inLine));
  const widths = columnWidths(cells);
  return cells.map((row) => padded(row, widths).join("  ").trimEnd()).join("\n");
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const columns = highestOf(rows.map((row) => row.length));
  return Array.from({ length: columns }, (_, i) =>
    Math.max(3, highestOf(rows.map((row) => [...(row[i] ?? "")].length))),
  );
}

function padded(row: readonly string[], widths: readonly number[]): string[] {
  return widths.map((width, i) => {
    const cell = row[i] ?? "";
    return cell + " ".repeat(width - [...cell].length);
  });
}
