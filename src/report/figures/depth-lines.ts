import type { TopLevelSpec } from "vega-lite";
import { highestOf, lowestOf } from "../../statistics/extremes.js";
import { forecastWidth } from "../../statistics/forecast/rank-layers.js";
import { meanOf } from "../../statistics/moments.js";
import type { LayerChoice } from "../../store/design-record.js";
import type { ForecastEnd, ForecastRow } from "../../store/forecast-file.js";
import { COLOURS, QUIET } from "./panel/style.js";

type Layer = Extract<TopLevelSpec, { layer: unknown }>["layer"][number];

const ENDS = { onset: "onset, forecast", collapse: "collapse, forecast" } as const;

/** The horizontal axis of a panel. */
type LayerX = ReturnType<typeof layerAxis>;

export function layerAxis(depth: number, titled: boolean) {
  return {
    field: "layer",
    type: "quantitative" as const,
    scale: { domain: [-0.5, depth - 0.5], nice: false, zero: false },
    axis: { title: titled ? "layer" : null, tickMinStep: 1, format: "d", grid: false },
  };
}

/** A number at a layer; points of one line with consecutive layers are joined. */
interface LayerPoint {
  readonly layer: number;
  readonly value: number;
}

/** Splits a line, shallow first, where a layer has no number, so that nothing is drawn across the gap. */
function unbroken<Point extends LayerPoint>(
  points: readonly Point[],
  line: string,
): (Point & { line: string })[] {
  let part = 0;
  return points.map((point, i) => {
    if (i > 0 && point.layer !== (points[i - 1]?.layer ?? 0) + 1) part += 1;
    return { ...point, line: `${line} ${part}` };
  });
}

/** One line for each question and vector: `read` of its rows, where it is a number. */
function questionLines(rows: readonly ForecastRow[], read: (row: ForecastRow) => number | null) {
  const lines = new Map<string, LayerPoint[]>();
  for (const row of rows.toSorted((a, b) => a.layer - b.layer)) {
    const value = read(row);
    if (value === null) continue;
    const line = `${row.question} ${row.draw}`;
    lines.set(line, [...(lines.get(line) ?? []), { layer: row.layer, value }]);
  }
  return [...lines].flatMap(([line, points]) => unbroken(points, line));
}

/** Strengths by layer: one line for each question and vector, and their mean on the axis of the strengths. */
export function endLines(
  rows: readonly ForecastRow[],
  axis: "log" | "linear",
  x: LayerX,
  title: string,
): Layer[] {
  const ends = ["onset", "collapse"] as const;
  const thin = ends.flatMap((end) =>
    questionLines(rows, (row) => placed(row[end])).map((point) => ({ ...point, end: ENDS[end] })),
  );
  const thick = ends.flatMap((end) =>
    unbroken(meanPoints(rows, axis, end), "mean").map((point) => ({ ...point, end: ENDS[end] })),
  );
  const strengths = thin.length === 0 ? [1] : thin.map(({ value }) => value);
  const logDomain = [lowestOf(strengths) / 1.1, highestOf(strengths) * 1.1];
  const encoding = {
    x,
    y: {
      field: "value",
      type: "quantitative" as const,
      scale:
        axis === "log"
          ? { type: "log" as const, domain: [...logDomain], nice: false }
          : { type: "linear" as const, zero: false },
      axis: { title, format: "~g", tickCount: 4, labelOverlap: true },
    },
    color: {
      field: "end",
      type: "nominal" as const,
      title: null,
      scale: { domain: [ENDS.onset, ENDS.collapse], range: [COLOURS.target, COLOURS.degradation] },
      legend: { symbolOpacity: 1 },
    },
    detail: { field: "line", type: "nominal" as const },
  };
  return [
    { data: { values: thin }, mark: { type: "line", strokeWidth: 0.8, opacity: 0.45 }, encoding },
    { data: { values: thick }, mark: { type: "line", strokeWidth: 2.2, point: { size: 14 } }, encoding },
  ];
}

/** Means, on a log axis geometric, at the layers where every question has a number. */
function meanPoints(
  rows: readonly ForecastRow[],
  axis: "log" | "linear",
  end: "onset" | "collapse",
): LayerPoint[] {
  const layers = [...new Set(rows.map(({ layer }) => layer))].toSorted((a, b) => a - b);
  return layers.flatMap((layer) => {
    const ends = rows.filter((row) => row.layer === layer).map((row) => placed(row[end]));
    const strengths = ends.filter((strength) => strength !== null);
    if (strengths.length < ends.length) return [];
    const mean = meanOf(strengths.map((strength) => (axis === "log" ? Math.log2(strength) : strength)));
    return [{ layer, value: axis === "log" ? 2 ** mean : mean }];
  });
}

export function widthLines(rows: readonly ForecastRow[], { candidates }: LayerChoice, x: LayerX): Layer[] {
  const thin = questionLines(rows, (row) => {
    const width = forecastWidth(row);
    return width === null || !Number.isFinite(width) ? null : width;
  });
  const means = candidates.flatMap(({ layer, forecast_width: value }) =>
    value === null ? [] : [{ layer, value }],
  );
  const y = {
    field: "value",
    type: "quantitative" as const,
    scale: { zero: false },
    axis: { title: null, tickCount: 4 },
  };
  const encoding = { x, y, detail: { field: "line", type: "nominal" as const } };
  return [
    {
      data: { values: [{ value: 0 }] },
      mark: { type: "rule", color: QUIET, strokeWidth: 0.6 },
      encoding: { y },
    },
    {
      data: { values: thin },
      mark: { type: "line", color: COLOURS.window, strokeWidth: 0.8, opacity: 0.45 },
      encoding,
    },
    {
      data: { values: unbroken(means, "mean") },
      mark: {
        type: "line",
        color: COLOURS.window,
        strokeWidth: 2.2,
        point: { color: COLOURS.window, size: 14 },
      },
      encoding,
    },
  ];
}

export function sampledScores({ candidates }: LayerChoice, most: number, x: LayerX): Layer {
  return {
    data: {
      values: candidates.flatMap(({ layer, score, samples }) =>
        score === null ? [] : [{ layer, score, samples }],
      ),
    },
    mark: { type: "point", filled: true, color: COLOURS.target, opacity: 0.9 },
    encoding: {
      x,
      y: {
        field: "score",
        type: "quantitative",
        scale: { domain: [0, 1.02], nice: false },
        axis: { title: null, values: [0, 0.25, 0.5, 0.75, 1], format: ".2~f" },
      },
      size: {
        field: "samples",
        type: "quantitative",
        scale: { type: "linear", domain: [0, most], range: [10, 110] },
        legend: null,
      },
    },
  };
}

function placed(end: ForecastEnd): number | null {
  return end.name === "at" ? end.strength : null;
}
