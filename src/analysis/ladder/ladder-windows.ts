import type { Analysis, Method } from "../../config/experiment.js";
import { meanOrNull } from "../../statistics/moments.js";
import { REPORT_DRAWS } from "../../statistics/posterior/curve-posteriors.js";
import { posteriorOptions } from "../../statistics/posterior/posterior-options.js";
import type { WindowDraws } from "../../statistics/posterior/window-draws.js";
import { windowPosterior } from "../../statistics/posterior/window-posterior.js";
import { position } from "../../statistics/series.js";
import type { ForecastRow } from "../../store/forecast-file.js";
import type { Curve } from "../curves.js";
import type { WindowRow } from "../windows/window-rows.js";
import type { LadderForecast, LadderWindow } from "./ladder-window.js";

/** Estimates the windows of single vectors. */
interface VectorOptions {
  readonly methods: readonly Method[];
  readonly settings: Analysis;
  readonly seed: number;
}

/** `rows` are the rows of `curves`, in the same order. Windows without a posterior are left out, and so are controls. */
export function ladderWindows(
  curves: readonly Curve[],
  rows: readonly WindowRow[],
  forecast: readonly ForecastRow[],
  vectors: VectorOptions,
): LadderWindow[] {
  return rows.flatMap((row, i) => {
    const curve = curves[i];
    const these = row.posterior.these;
    if (row.role !== "method" || these === null || curve === undefined) return [];
    const { model, parameters, question, method, capability, layer, unit, axis } = row;
    const own = forecast.filter(
      (other) =>
        other.model === model &&
        other.question === question &&
        other.method === method &&
        other.layer === layer &&
        other.unit === unit,
    );
    return [
      {
        ...{ model, parameters, question, method, capability, layer, unit },
        slot: row.slot,
        rawPerStrength: row.rawPerStrength,
        residPerStrength: row.residPerStrength,
        range: { from: lowestPosition(row.range.from, axis), to: position(row.range.to, axis) },
        these: these.draws,
        likeThese: row.posterior.like_these?.draws ?? null,
        control: row.control?.posterior.these?.draws ?? null,
        vectors: vectorDraws(curve, vectors),
        forecast: averaged(own),
      },
    ];
  });
}

function lowestPosition(strength: number, axis: WindowRow["axis"]): number {
  return axis === "log" && strength <= 0 ? Number.NEGATIVE_INFINITY : position(strength, axis);
}

/** Windows of the single vectors of a method that resamples its statements; empty for any other. */
function vectorDraws(curve: Curve, { methods, settings, seed }: VectorOptions): WindowDraws[] {
  const method = methods.find(({ name }) => name === curve.method);
  if (method?.kind !== "activation" || method.resample !== "statements" || curve.draws.length < 2) return [];
  const { model, question, layer, capability } = curve;
  return curve.draws.flatMap((outcomes, draw) => {
    const key = [model, question, method.name, layer ?? "", capability, draw].join("/");
    const options = posteriorOptions(settings, seed, curve.range, REPORT_DRAWS);
    const result = windowPosterior({ key, curve: outcomes }, "these", options);
    return result.kind === "estimated" ? [result.posterior.draws] : [];
  });
}

/** Margins and gains averaged over vectors; divergences at each strength that was read. Null without a forecast. */
function averaged(rows: readonly ForecastRow[]): LadderForecast | null {
  if (rows.length === 0) return null;
  const turns = rows.flatMap(({ onset }) => (onset.name === "at" ? [Math.log2(onset.strength)] : []));
  const nats = new Map<number, number[]>();
  for (const { strength, nats: value } of rows.flatMap(({ kl }) => kl)) {
    nats.set(strength, [...(nats.get(strength) ?? []), value]);
  }
  return {
    margin: meanOrNull(rows.flatMap(({ margin }) => (margin === null ? [] : [margin]))),
    gain: meanOrNull(rows.flatMap(({ gain }) => (gain === null ? [] : [gain]))),
    turn: turns.length < rows.length ? null : 2 ** (meanOrNull(turns) ?? 0),
    kl: [...nats]
      .toSorted(([a], [b]) => a - b)
      .map(([strength, values]) => ({ strength, nats: meanOrNull(values) ?? 0 })),
  };
}
