import { median } from "../../statistics/forecast/median.js";
import { type CurveEnd, forecastWidth } from "../../statistics/forecast/rank-layers.js";
import type { ForecastRow } from "../../store/forecast-file.js";
import { groupBy } from "../../util/group-by.js";

/** The forecast of one method, question and layer of one model: of several draws their median. */
export interface ForecastCurve {
  readonly model: string;
  readonly parameters: number;
  readonly method: string;
  readonly role: "method" | "control";
  readonly question: string;
  readonly layer: number;
  readonly layers: number;
  readonly unit: "raw" | "resid";
  readonly axis: "log" | "linear";
  readonly draws: number;
  readonly onset: CurveEnd;
  readonly collapse: CurveEnd;
  /** Infinite where an end has no strength and the width is open or none; null if it is unknown. */
  readonly width: number | null;
  readonly margin: number | null;
  readonly gain: number | null;
  readonly accessibility: number | null;
}

const KEYS = ["model", "method", "question", "layer"] as const;

/** Rows pooled over draws, in the order of their first appearance. */
export function forecastCurves(rows: readonly ForecastRow[]): readonly ForecastCurve[] {
  const groups = groupBy(rows, (row) => KEYS.map((name) => row[name]).join("\n"));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { model, parameters, method, role, question, layer, layers, unit, axis } = first;
    const onset = middle(
      group.map((row) => row.onset),
      axis,
    );
    const collapse = middle(
      group.map((row) => row.collapse),
      axis,
    );
    return [
      {
        ...{ model, parameters, method, role, question, layer, layers, unit, axis },
        draws: group.length,
        onset,
        collapse,
        width: forecastWidth({ onset, collapse, axis }),
        margin: first.margin,
        gain: median(group.flatMap(({ gain }) => (gain === null ? [] : [gain]))),
        accessibility: first.accessibility,
      },
    ];
  });
}

/** The median end of several draws; a name where the middle draw has one. */
function middle(ends: readonly CurveEnd[], axis: ForecastCurve["axis"]): CurveEnd {
  if (ends.some(({ name }) => name === "not_asked")) return { name: "not_asked" };
  const sorted = [...ends].sort((a, b) => orderOf(a) - orderOf(b));
  const high = sorted[Math.floor(sorted.length / 2)];
  const low = sorted[Math.ceil(sorted.length / 2) - 1];
  if (high === undefined || low === undefined) return { name: "not_asked" };
  if (high.name === "at" && low.name === "at")
    return {
      name: "at",
      strength: axis === "log" ? Math.sqrt(low.strength * high.strength) : (low.strength + high.strength) / 2,
    };
  return low;
}

function orderOf(end: CurveEnd): number {
  if (end.name === "at") return end.strength;
  return end.name === "never" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}
