import type { PublishedQuantity, PublishedVerdict } from "../../../analysis/windows/published.js";
import type { Value } from "../../../statistics/verdict.js";
import { markdownTable } from "../markdown-table.js";

const LABELS: Readonly<Record<PublishedQuantity, string>> = {
  firstAny: "first owl (any)",
  firstMajority: "first owl majority",
  lastCapable: "last coding >= 50 %",
  width: "width",
};

/** The verdicts as a Markdown table. */
export function publishedTable(verdicts: readonly PublishedVerdict[]): string {
  return markdownTable(
    ["model", "quantity", "published", "measured", "interval", "verdict"],
    verdicts.map((row) => [
      row.model,
      LABELS[row.quantity],
      shown(row.published),
      shown(row.measured),
      row.low === null ? "-" : `${shown(row.low)} to ${shown(row.high)}`,
      row.verdict.replace("_", " "),
    ]),
  );
}

function shown(value: Value | null): string {
  if (value === null) return "-";
  return typeof value === "number" ? String(Number(value.toFixed(2))) : value.replace("_", " ");
}
