import type { Findings } from "../../analysis/findings.js";
import type { FurtherRow } from "../../analysis/further-rows.js";
import { askedCapability } from "../../statistics/tally/cell-tally.js";
import type { Fields } from "./csv.js";

/** The rows of scorers.csv: one for each point of each further scorer's curves. */
export function furtherRecords({ further }: Findings): Fields[] {
  return further.rows.map(furtherFields);
}

function furtherFields({ curve, label, steered, strength, n, mean, low, high }: FurtherRow): Fields {
  const { scorer, outcome, model, parameters, question, asked, method, role, layer, positions, unit } = curve;
  return {
    ...{ scorer, outcome: outcome.kind, better: outcome.smaller_is_better ? "smaller" : "larger" },
    ...{ model, parameters, question, capability: askedCapability(asked) },
    ...{ method, role, layer, positions, unit },
    ...{ label, steered, strength, n, mean, low, high },
  };
}
