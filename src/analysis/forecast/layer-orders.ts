import { highestOf, lowestOf } from "../../statistics/extremes.js";
import { spearman } from "../../statistics/forecast/correlation.js";
import { rankLayers } from "../../statistics/forecast/rank-layers.js";
import { meanOrNull } from "../../statistics/moments.js";
import { groupBy } from "../../util/group-by.js";
import { sameCondition } from "./agreements.js";
import type { ForecastCurve } from "./forecast-curves.js";
import type { MeasuredWindow } from "./measured-windows.js";

/** The layers of one model and method by forecast width; each rho is Spearman's over the layers, null where it has none. */
export interface LayerOrder {
  readonly model: string;
  readonly method: string;
  /** The widest first. */
  readonly layers: readonly number[];
  /** Linear accessibility; null unless every layer has it. */
  readonly accessibility: { readonly peaks: readonly number[]; readonly rhoWidth: number | null } | null;
  /** Against sampled widths; null unless every layer was sampled. */
  readonly sampled: { readonly rhoForecast: number | null; readonly rhoAccessibility: number | null } | null;
}

/** One for each model and method that was forecast at several layers. */
export function layerOrders(
  curves: readonly ForecastCurve[],
  windows: readonly MeasuredWindow[],
): LayerOrder[] {
  const groups = groupBy(
    curves.filter(({ role }) => role === "method"),
    ({ model, method }) => JSON.stringify([model, method]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const ranked = rankLayers(group);
    if (first === undefined || ranked.length < 2) return [];
    const layers = ranked.map(({ layer }) => layer);
    const widths = ranked.map(({ score }) => score);
    const accessible = accessibilities(group, layers);
    const sampled = sampledWidths(group, windows, layers);
    return [
      {
        ...{ model: first.model, method: first.method, layers },
        accessibility:
          accessible === null
            ? null
            : { peaks: peaks(layers, accessible), rhoWidth: spearman(accessible, widths) },
        sampled:
          sampled === null
            ? null
            : {
                rhoForecast: spearman(widths, sampled),
                rhoAccessibility: accessible === null ? null : spearman(accessible, sampled),
              },
      },
    ];
  });
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
function sampledWidths(
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

function peaks(layers: readonly number[], values: readonly number[]): number[] {
  const highest = highestOf(values);
  return layers.filter((_, i) => values[i] === highest).sort((a, b) => a - b);
}
