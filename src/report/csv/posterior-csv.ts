import { POPULATIONS } from "../../analysis/windows/headline.js";
import type { CurvePosteriors } from "../../statistics/posterior/curve-posteriors.js";
import type { CsvValue, Fields } from "./csv.js";
import { bounds } from "./csv-fields.js";

/** Columns that only a posterior has: the margin of safety and the frontier at each loss. */
export function posteriorFields(posterior: CurvePosteriors, losses: readonly number[]): Fields {
  const safety = posterior.these?.safety;
  const fields: Record<string, CsvValue> = {
    safety: typeof safety?.value === "number" ? safety.value : null,
    safety_name: typeof safety?.value === "string" ? safety.value : null,
  };
  for (const population of POPULATIONS) {
    Object.assign(fields, bounds("safety", population, posterior[population]?.safety.interval));
  }
  for (const loss of losses) {
    const name = frontierColumn(loss);
    const point = posterior.these?.frontier.find((other) => other.loss === loss);
    fields[`${name}_rate`] = point?.rate ?? null;
    fields[`${name}_strength`] = point?.strength ?? null;
    fields[`${name}_gain`] = point?.gain ?? null;
    for (const population of POPULATIONS) {
      const of = posterior[population]?.frontier.find((other) => other.loss === loss);
      Object.assign(
        fields,
        bounds(`${name}_rate`, population, of?.interval),
        bounds(`${name}_gain`, population, of?.gainInterval),
      );
    }
  }
  return fields;
}

/** `frontier_05` for a loss of .05: the digits after the point, two at least. */
function frontierColumn(loss: number): string {
  const digits = String(loss).split(".")[1] ?? "0";
  return `frontier_${digits.padEnd(2, "0")}`;
}
