import type { ForecastCurve } from "../../../analysis/forecast/forecast-curves.js";
import type { CurveEnd } from "../../../statistics/forecast/rank-layers.js";
import {
  formatName,
  formatParameters,
  formatRate,
  formatSigned,
  formatStrength,
} from "../../words/format.js";
import { textTable } from "../markdown-table.js";

const NONE = "\u2013";

/** The map as text: one line for each model, method, question and layer. Every number is a forecast. */
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
