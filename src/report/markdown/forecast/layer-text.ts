import type { ForecastCurve } from "../../../analysis/forecast-curves.js";
import { highestOf, lowestOf } from "../../../statistics/extremes.js";
import { spearman } from "../../../statistics/forecast/correlation.js";
import { rankLayers } from "../../../statistics/forecast/rank-layers.js";
import { meanOrNull } from "../../../statistics/moments.js";
import type { MeasuredWindow } from "../../csv/read-windows.js";
import { formatSigned } from "../format.js";
import { sameCondition } from "./agreement-text.js";

/**
 * The order of each model's layers by forecast width, and how it agrees with linear accessibility (A_lin, arXiv
 * 2604.15557), and both with sampled widths where several layers were sampled. Empty where no model has several layers.
 */
export function layerText(curves: readonly ForecastCurve[], windows: readonly MeasuredWindow[]): string {
  const groups = new Map<string, ForecastCurve[]>();
  for (const curve of curves) {
    if (curve.role !== "method") continue;
    const key = `${curve.model} ${curve.method}`;
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(curve);
  }
  const lines = [...groups].flatMap(([key, group]) => {
    const ranked = rankLayers(group);
    return ranked.length < 2 ? [] : [`  ${key}: ${layerLine(group, windows)}`];
  });
  if (lines.length === 0) return "";
  return [
    "Layers by forecast width (mean over questions), widest first; rho is Spearman's over the layers:",
    ...lines,
  ].join("\n");
}

function layerLine(group: readonly ForecastCurve[], windows: readonly MeasuredWindow[]): string {
  const ranked = rankLayers(group);
  const layers = ranked.map(({ layer }) => layer);
  const widths = ranked.map(({ score }) => score);
  const accessible = accessibilities(group, layers);
  const measured = measuredWidths(group, windows, layers);
  const rho = (x: readonly number[] | null, y: readonly number[] | null) => {
    const value = x === null || y === null ? null : spearman(x, y);
    return value === null ? "\u2013" : formatSigned(value);
  };
  const facts = [
    layers.join(" > "),
    accessible === null
      ? ""
      : `A_lin peaks at ${peak(layers, accessible)}, rho with width ${rho(accessible, widths)}`,
    measured === null
      ? ""
      : `rho with sampled width: forecast ${rho(widths, measured)}, A_lin ${rho(accessible, measured)}`,
  ];
  return facts.filter((text) => text !== "").join("; ");
}

/** Mean over questions by layer; null unless every layer has one. */
function accessibilities(
  group: readonly ForecastCurve[],
  layers: readonly number[],
): readonly number[] | null {
  const means = layers.map((layer) => {
    const values = group.flatMap((curve) =>
      curve.layer === layer && curve.accessibility !== null ? [curve.accessibility] : [],
    );
    return meanOrNull(values);
  });
  return means.every((value) => value !== null) ? means : null;
}

/** Mean sampled width by layer, never steered the lowest; null unless every layer was sampled. */
function measuredWidths(
  group: readonly ForecastCurve[],
  windows: readonly MeasuredWindow[],
  layers: readonly number[],
): readonly number[] | null {
  const widths = group.map((curve) => ({
    layer: curve.layer,
    width: windows.find((window) => sameCondition(curve, window))?.width ?? null,
  }));
  const low =
    Math.min(
      0,
      lowestOf(widths.flatMap(({ width }) => (width !== null && Number.isFinite(width) ? [width] : []))),
    ) - 1;
  const means = layers.map((layer) => {
    const own = widths.flatMap((row) =>
      row.layer === layer && row.width !== null ? [Math.max(low, row.width)] : [],
    );
    return meanOrNull(own);
  });
  return means.every((value) => value !== null) ? means : null;
}

function peak(layers: readonly number[], values: readonly number[]): string {
  const highest = highestOf(values);
  const at = layers.filter((_, i) => values[i] === highest).sort((a, b) => a - b);
  return at.join(", ");
}
