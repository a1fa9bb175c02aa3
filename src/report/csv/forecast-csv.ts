import type { ForecastCurve } from "../../analysis/forecast/forecast-curves.js";
import type { CurveEnd } from "../../statistics/forecast/rank-layers.js";
import type { Fields } from "./csv.js";

/** The rows of forecast.csv: one for each model, method, question and layer; docs/forecast.md explains the columns. */
export function forecastRecords(curves: readonly ForecastCurve[]): Fields[] {
  return curves.map((curve) => {
    const { model, parameters, method, role, question, layer, layers, unit, axis, draws } = curve;
    return {
      ...{ model, parameters, method, role, question, layer, layers, unit, axis, draws },
      ...endFields("forecast_onset", curve.onset),
      ...endFields("forecast_collapse", curve.collapse),
      forecast_width: curve.width !== null && Number.isFinite(curve.width) ? curve.width : null,
      margin: curve.margin,
      gain: curve.gain,
      accessibility: curve.accessibility,
    };
  });
}

function endFields(prefix: string, end: CurveEnd): Fields {
  return {
    [prefix]: end.name === "at" ? end.strength : null,
    [`${prefix}_name`]: end.name === "at" ? null : end.name,
  };
}
