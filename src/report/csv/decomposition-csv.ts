import type { Findings } from "../../analysis/findings.js";
import type { DecompositionRow } from "../../analysis/ladder/decomposition-rows.js";
import type { TermSummary } from "../../statistics/decomposition/decomposition-terms.js";
import { DOSE_UNITS, type DoseUnit } from "../../statistics/decomposition/dose-units.js";
import type { Fields } from "./csv.js";

/** The rows of decomposition.csv: one for each window, with every term and every end in every unit. */
export function decompositionRecords({ decomposition }: Findings): Fields[] {
  return decomposition.rows.map(decompositionFields);
}

/** One row by column; a value that is a name is in the column that ends in `_name`. */
function decompositionFields({ window, summary, doses }: DecompositionRow): Fields {
  const { model, parameters, question, method, layer, unit, capability, forecast } = window;
  const { predicted } = summary;
  return {
    ...{ model, parameters, question, method, layer, unit, capability },
    ...termFields("width", summary.width),
    ...termFields("specificity", summary.specificity),
    ...termFields("tolerance", summary.tolerance),
    ...termFields("onset", summary.onset),
    ...termFields("unexplained", summary.unexplained),
    margin_forecast: forecast?.margin ?? null,
    gain_forecast: forecast?.gain ?? null,
    turn_forecast: forecast?.turn ?? null,
    predicted_onset: predicted.name === "at" ? predicted.position : null,
    predicted_onset_name: predicted.name === "at" ? null : predicted.name,
    ...Object.assign({}, ...DOSE_UNITS.map((unit) => doseFields(unit, doses[unit]))),
  };
}

function doseFields(unit: DoseUnit, dose: DecompositionRow["doses"][DoseUnit]): Fields {
  const given = "reason" in dose ? null : dose;
  return {
    ...termFields(`onset_${unit}`, given?.onset ?? null),
    ...termFields(`collapse_${unit}`, given?.collapse ?? null),
    ...termFields(`width_${unit}`, given?.width ?? null),
    [`${unit}_missing`]: "reason" in dose ? dose.reason : null,
  };
}

function termFields(name: string, term: TermSummary | null): Fields {
  return {
    [name]: typeof term?.value === "number" ? term.value : null,
    [`${name}_name`]: typeof term?.value === "string" ? term.value : null,
    [`${name}_low`]: term?.interval.low ?? null,
    [`${name}_high`]: term?.interval.high ?? null,
  };
}
