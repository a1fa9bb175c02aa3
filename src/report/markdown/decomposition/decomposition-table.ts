import type { DecompositionRow } from "../../../analysis/ladder/decomposition-rows.js";
import type { PredictedOnset } from "../../../statistics/decomposition/decomposition.js";
import type { TermSummary } from "../../../statistics/decomposition/decomposition-terms.js";
import { formatInterval, formatName, formatSigned, formatStrength, formatValue } from "../../words/format.js";
import { type Table, table } from "../page.js";

const NONE = "\u2013";

/** Every window's terms in octaves, with margin and gain beside them. */
export function decompositionTable(rows: readonly DecompositionRow[]): Table {
  return table(
    [
      "question",
      "method",
      "model",
      "layer",
      "width",
      "= specificity",
      "+ tolerance",
      "\u2212 onset",
      "margin (nats)",
      "gain (nats a unit)",
      "onset predicted",
      "unexplained",
    ],
    rows.map(({ window, summary }) => [
      window.question,
      window.method,
      window.model,
      window.layer === null ? NONE : String(window.layer),
      formatTerm(summary.width),
      formatTerm(summary.specificity),
      formatTerm(summary.tolerance),
      formatTerm(summary.onset),
      formatNats(window.forecast?.margin ?? null),
      formatNats(window.forecast?.gain ?? null),
      formatPrediction(summary.predicted),
      formatTerm(summary.unexplained),
    ]),
  );
}

function formatTerm(term: TermSummary | null): string {
  if (term === null) return NONE;
  const { value, interval } = term;
  // Where both bounds are the value's own name they add nothing.
  if (typeof value === "string" && interval.low === value && interval.high === value)
    return formatName(value);
  return `${formatValue(value, formatSigned)} ${formatInterval(interval, formatSigned)}`;
}

function formatNats(value: number | null): string {
  return value === null ? NONE : formatStrength(value);
}

function formatPrediction(predicted: PredictedOnset): string {
  return predicted.name === "at" ? formatSigned(predicted.position) : formatName(predicted.name);
}
