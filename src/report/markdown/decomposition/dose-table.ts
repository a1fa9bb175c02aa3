import type { DecompositionRow } from "../../../analysis/ladder/decomposition-rows.js";
import type { Ladder } from "../../../analysis/ladder/ladder-window.js";
import { rungsOf } from "../../../analysis/ladder/ladder-window.js";
import { DOSE_UNITS, type DoseUnit } from "../../../statistics/decomposition/dose-units.js";
import {
  DOSE_ENDS,
  type DoseEnd,
  type DoseOrder,
  doseOrder,
  type ModelDoses,
} from "../../../statistics/decomposition/dose-units-order.js";
import { meanOf } from "../../../statistics/moments.js";
import { formatName, formatSigned, formatStrength } from "../format.js";
import { markdownTable } from "../markdown-table.js";

const NONE = "\u2013";

/** Onset and collapse of every window in every unit, and the width in octaves of nats, which differs from the others'. */
export function doseTable(rows: readonly DecompositionRow[]): string {
  return markdownTable(
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

/** Whether the order of a ladder's models depends on the unit, by each end. */
export function doseOrders(ladder: Ladder, rows: readonly DecompositionRow[]): DoseOrder[] {
  const own = rows.filter(({ window }) => ladder.windows.includes(window));
  return DOSE_ENDS.map((end) =>
    doseOrder(
      end,
      rungsOf(ladder.windows).map(({ model }) => ({ model, values: modelValues(own, model, end) })),
    ),
  );
}

/** Means over the questions that have a number of that end in that unit at every rung. */
function modelValues(rows: readonly DecompositionRow[], model: string, end: DoseEnd): ModelDoses["values"] {
  const of = (unit: DoseUnit): number | null => {
    const questions = new Set(rows.map(({ window }) => window.question));
    for (const { window, doses } of rows) {
      const dose = doses[unit];
      if ("reason" in dose || typeof dose[end].value !== "number") questions.delete(window.question);
    }
    const values = rows.flatMap(({ window, doses }) => {
      const dose = doses[unit];
      const value = "reason" in dose ? null : dose[end].value;
      return window.model === model && questions.has(window.question) && typeof value === "number"
        ? [value]
        : [];
    });
    return values.length === 0 ? null : meanOf(values);
  };
  return { raw: of("raw"), resid: of("resid"), tol: of("tol"), kl: of("kl") };
}
