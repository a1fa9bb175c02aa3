import type { DecompositionRow } from "../../../analysis/ladder/decomposition-rows.js";
import { DOSE_UNITS } from "../../../statistics/decomposition/dose-units.js";
import { formatName, formatSigned, formatStrength } from "../../words/format.js";
import { type Table, table } from "../page.js";

const NONE = "\u2013";

/** Onset and collapse of every window in every unit, and the width in octaves of nats, which differs from the others'. */
export function doseTable(rows: readonly DecompositionRow[]): Table {
  return table(
    [
      "question",
      "method",
      "model",
      ...DOSE_UNITS.map((unit) => `${unit}: onset to collapse`),
      "octaves of kl",
    ],
    rows.map(({ window, doses }) => [
      window.question,
      window.method,
      window.model,
      ...DOSE_UNITS.map((unit) => {
        const dose = doses[unit];
        return "reason" in dose ? NONE : `${strength(dose.onset.value)} to ${strength(dose.collapse.value)}`;
      }),
      "reason" in doses.kl ? NONE : octaves(doses.kl.width.value),
    ]),
  );
}

function strength(value: number | string): string {
  return typeof value === "number" ? formatStrength(2 ** value) : formatName(value);
}

function octaves(value: number | string): string {
  return typeof value === "number" ? formatSigned(value) : formatName(value);
}
