import type { ContrastDifference, ContrastRow } from "../../../analysis/ladder/contrasts.js";
import { formatInterval, formatSigned } from "../../words/format.js";
import { type Table, table } from "../page.js";

/** The pairs of methods that were named before data, one row for each pair and model. */
export function contrastTable(rows: readonly ContrastRow[], loss: number): Table {
  return table(
    ["method", "against", "model", "difference of widths (octaves)", "questions", `difference of T(${loss})`],
    rows.map(({ method, against, model, width, frontier }) => [
      method,
      against,
      model,
      formatDifference(width),
      String(width?.questions ?? 0),
      formatDifference(frontier),
    ]),
  );
}

function formatDifference(difference: ContrastDifference | null): string {
  if (difference === null) return "not known";
  return `${formatSigned(difference.mean)} ${formatInterval(difference, formatSigned)}`;
}
