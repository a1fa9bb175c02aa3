import type { FurtherRow } from "../../analysis/further-rows.js";
import { csv } from "./csv.js";

const HEADER = [
  ...["scorer", "outcome", "better", "model", "parameters", "question", "capability", "method", "role"],
  ...["layer", "positions", "unit", "label", "steered", "strength", "n", "mean", "low", "high"],
];

/** scorers.csv: one row a point of each further scorer's curves; empty without any. */
export function furtherCsv(rows: readonly FurtherRow[]): string {
  if (rows.length === 0) return "";
  return csv(
    HEADER,
    rows.map(({ curve, label, steered, strength, n, mean, low, high }) => [
      ...[curve.scorer, curve.outcome.kind, curve.outcome.smaller_is_better ? "smaller" : "larger"],
      ...[curve.model, curve.parameters, curve.question],
      "capability" in curve.asked ? curve.asked.capability : null,
      ...[curve.method, curve.role, curve.layer, curve.positions, curve.unit],
      ...[label, steered, strength, n, mean, low, high],
    ]),
  );
}
