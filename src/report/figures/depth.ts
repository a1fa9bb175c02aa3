import type { TopLevelSpec } from "vega-lite";
import { highestOf, lowestOf } from "../../statistics/extremes.js";
import type { LayerChoice } from "../../store/design-record.js";
import type { ForecastEnd, ForecastRow } from "../../store/forecast-file.js";
import { formatParameters } from "../format.js";
import type { ReportInput } from "../input.js";
import type { Figure } from "./figures.js";
import type { PanelSpec } from "./panel-spec.js";
import { strengthTitle } from "./strength-title.js";
import { COLOURS, figureConfig, HEADING, QUIET } from "./style.js";

type Layer = Extract<TopLevelSpec, { layer: unknown }>["layer"][number];
type X = ReturnType<typeof layerAxis>;

const ENDS = { onset: "onset, forecast", collapse: "collapse, forecast" } as const;
const PANEL = { width: 210, height: 130 } as const;

/**
 * One figure a method whose layers were chosen: window and frontier over depth, a rung a row. Forecasts of the
 * development questions stand in the first two columns, what was sampled of them in the third, never in one panel.
 */
export function depthFigures(input: ReportInput): Figure[] {
  const choices = input.design?.layers ?? [];
  const methods = [...new Set(choices.map(({ method }) => method))];
  return methods.map((method, i) => ({
    name: i === 0 ? "depth" : `depth.${method}`,
    spec: depthFigure(
      input,
      choices.filter((choice) => choice.method === method),
    ),
  }));
}

function depthFigure(input: ReportInput, choices: readonly LayerChoice[]): TopLevelSpec {
  const { experiment, forecast } = input;
  const development = new Set(experiment.development.map(({ id }) => id));
  const [first] = choices;
  const unit = forecast.find(({ method }) => method === first?.method)?.unit ?? null;
  const most = Math.max(
    1,
    highestOf(choices.flatMap(({ candidates }) => candidates.map(({ samples }) => samples))),
  );
  const loss = experiment.analysis.frontier_loss;
  return {
    config: figureConfig(3),
    title: {
      text: `Window and frontier over depth: ${first?.method ?? ""}, development questions`,
      subtitle: [
        `Left, ${strengthTitle(unit)}, and middle: forecasts from forward passes alone; thin lines: questions; thick: their mean where all have a number.`,
        `Right: sampled T(${loss}) of the layers that were screened, larger with more samples. Dotted rule: the layer that was chosen.`,
      ],
      ...HEADING,
    },
    data: { values: [] },
    columns: 3,
    align: "each",
    concat: choices.flatMap((choice, i) =>
      rungPanels(
        choice,
        forecast.filter(
          ({ model, method, question }) =>
            model === choice.model && method === choice.method && development.has(question),
        ),
        {
          parameters: input.models[choice.model]?.parameters ?? 0,
          top: i === 0,
          lowest: i === choices.length - 1,
          loss,
          most,
        },
      ),
    ),
    resolve: { scale: { color: "shared" } },
  };
}

interface RungFrame {
  readonly parameters: number;
  readonly top: boolean;
  readonly lowest: boolean;
  readonly loss: number;
  /** Most samples of one layer in the figure. */
  readonly most: number;
}

function rungPanels(choice: LayerChoice, rows: readonly ForecastRow[], frame: RungFrame): PanelSpec[] {
  const depth = Math.max(1, rows[0]?.layers ?? 0, highestOf(choice.candidates.map(({ layer }) => layer + 1)));
  const x = layerAxis(depth, frame.lowest);
  const title = (text: string) => (frame.top ? { title: { text } } : {});
  const chosen: Layer = {
    data: { values: [{ layer: choice.layer }] },
    mark: { type: "rule", color: QUIET, strokeDash: [2, 2] },
    encoding: { x },
  };
  return [
    {
      ...PANEL,
      ...title("forecast ends"),
      layer: [chosen, ...endLines(rows, x, `${choice.model} (${formatParameters(frame.parameters)})`)],
    },
    { ...PANEL, ...title("forecast width (octaves)"), layer: [chosen, ...widthLines(rows, choice, x)] },
    {
      ...PANEL,
      ...title(`sampled T(${frame.loss})`),
      layer: [chosen, sampledScores(choice, frame.most, x)],
    },
  ];
}

function layerAxis(depth: number, titled: boolean) {
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

/** One line a question and vector: `read` of its rows, where it is a number. */
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

/** Strengths by layer on a log axis: a line a question and vector, and the geometric mean over them. */
function endLines(rows: readonly ForecastRow[], x: X, title: string): Layer[] {
  const ends = ["onset", "collapse"] as const;
  const thin = ends.flatMap((end) =>
    questionLines(rows, (row) => placed(row[end])).map((point) => ({ ...point, end: ENDS[end] })),
  );
  const thick = ends.flatMap((end) =>
    unbroken(meanPoints(rows, end), "mean").map((point) => ({ ...point, end: ENDS[end] })),
  );
  const strengths = thin.length === 0 ? [1] : thin.map(({ value }) => value);
  const encoding = {
    x,
    y: {
      field: "value",
      type: "quantitative" as const,
      scale: {
        type: "log" as const,
        domain: [lowestOf(strengths) / 1.1, highestOf(strengths) * 1.1],
        nice: false,
      },
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

/** Geometric means at the layers where every question has a number. */
function meanPoints(rows: readonly ForecastRow[], end: "onset" | "collapse"): LayerPoint[] {
  const layers = [...new Set(rows.map(({ layer }) => layer))].toSorted((a, b) => a - b);
  return layers.flatMap((layer) => {
    const ends = rows.filter((row) => row.layer === layer).map((row) => placed(row[end]));
    const strengths = ends.filter((strength) => strength !== null);
    if (strengths.length < ends.length) return [];
    const mean = strengths.reduce((sum, strength) => sum + Math.log2(strength), 0) / strengths.length;
    return [{ layer, value: 2 ** mean }];
  });
}

function widthLines(rows: readonly ForecastRow[], { candidates }: LayerChoice, x: X): Layer[] {
  const thin = questionLines(rows, ({ onset, collapse }) => {
    const [from, to] = [placed(onset), placed(collapse)];
    return from === null || to === null ? null : Math.log2(to / from);
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

function sampledScores({ candidates }: LayerChoice, most: number, x: X): Layer {
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
