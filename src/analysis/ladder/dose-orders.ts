import type { DoseUnit } from "../../statistics/decomposition/dose-units.js";
import {
  DOSE_ENDS,
  type DoseEnd,
  type DoseOrder,
  doseOrder,
  type ModelDoses,
} from "../../statistics/decomposition/dose-units-order.js";
import { meanOf } from "../../statistics/moments.js";
import type { DecompositionRow } from "./decomposition-rows.js";
import { type Ladder, rungsOf } from "./ladder-window.js";

/** Whether the order of a ladder's models depends on the unit, by each end. `rows` are those of the ladder. */
export function doseOrders(ladder: Ladder, rows: readonly DecompositionRow[]): DoseOrder[] {
  return DOSE_ENDS.map((end) =>
    doseOrder(
      end,
      rungsOf(ladder.windows).map(({ model }) => ({ model, values: modelValues(rows, model, end) })),
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
