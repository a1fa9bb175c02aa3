import type { ForecastCurve } from "../../../analysis/forecast-curves.js";
import type { CurveEnd } from "../../../statistics/forecast/rank-layers.js";
import { type CsvValue, csv } from "../../csv/csv.js";
import { formatName, formatParameters, formatRate, formatSigned, formatStrength } from "../format.js";
import { textTable } from "../markdown-table.js";

const NONE = "\u2013";

/** The map as text: one line a model, method, question and layer. Every number is a forecast. */
export function forecastTable(curves: readonly ForecastCurve[]): string {
  const header = [
    ...["model", "params", "method", "question", "layer"],
    ...["forecast onset", "forecast collapse", "forecast width", "margin", "gain"],
  ];
  return textTable(
    header,
    curves.map((curve) => [
      curve.model,
      formatParameters(curve.parameters),
      curve.draws > 1 ? `${curve.method} x${curve.draws}` : curve.method,
      curve.question,
      `${curve.layer}/${curve.layers}`,
      endText(curve.onset),
      endText(curve.collapse),
      widthText(curve),
      curve.margin === null ? NONE : formatRate(curve.margin),
      curve.gain === null ? NONE : formatSigned(curve.gain),
    ]),
  );
}

/** forecast.csv: one row a model, method, question and layer; docs/forecast.md says what each column means. */
export function forecastCsv(curves: readonly ForecastCurve[]): string {
  const records = curves.map((curve): Readonly<Record<string, CsvValue>> => {
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
  const header = Object.keys(records[0] ?? {});
  return csv(
    header,
    records.map((record) => header.map((name) => record[name] ?? null)),
  );
}

function endFields(prefix: string, end: CurveEnd) {
  return {
    [prefix]: end.name === "at" ? end.strength : null,
    [`${prefix}_name`]: end.name === "at" ? null : end.name,
  };
}

export function endText(end: CurveEnd): string {
  return end.name === "at" ? formatStrength(end.strength) : formatName(end.name);
}

function widthText({ width, onset, collapse }: ForecastCurve): string {
  if (width !== null && Number.isFinite(width)) return `${formatSigned(width)}${width < 0 ? " (empty)" : ""}`;
  if (width === Number.NEGATIVE_INFINITY)
    return onset.name === "never" ? "never steered" : "collapsed at lowest";
  if (width === Number.POSITIVE_INFINITY)
    return collapse.name === "never" ? "never collapsed" : "steered at lowest";
  return NONE;
}
