import type { TopLevelSpec } from "vega-lite";
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
  const loss = experiment.analysis.frontier_loss;
  return {
    config: figureConfig(3),
    title: {
      text: `Window and frontier over depth: ${first?.method ?? ""}, development questions`,
      subtitle: [
        "Left and middle: forecasts from forward passes alone, a thin line a question, a thick one their mean where all have a number.",
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
}

function rungPanels(choice: LayerChoice, rows: readonly ForecastRow[], frame: RungFrame): PanelSpec[] {
  const depth = Math.max(1, rows[0]?.layers ?? 0, ...choice.candidates.map(({ layer }) => layer + 1));
  const x = layerAxis(depth, frame.lowest);
  const title = (text: string) => (frame.top ? { title: { text } } : {});
  const chosen: Layer = {
    data: { values: [{ layer: choice.layer }] },
    mark: { type: "rule", color: QUIET, strokeDash: [2, 2] },
    encoding: { x },
  };
  const unit = rows[0]?.unit === undefined ? "" : `, ${strengthTitle(rows[0].unit)}`;
  return [
    {
      ...PANEL,
      ...title(`forecast ends${unit}`),
      layer: [chosen, ...endLines(rows, x, `${choice.model} (${formatParameters(frame.parameters)})`)],
    },
    { ...PANEL, ...title("forecast width (octaves)"), layer: [chosen, ...widthLines(rows, choice, x)] },
    {
      ...PANEL,
      ...title(`sampled T(${frame.loss})`),
      layer: [chosen, sampledScores(choice, x)],
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

/** Strengths by layer on a log axis: a line a question and vector, and the geometric mean over them. */
function endLines(rows: readonly ForecastRow[], x: X, title: string): Layer[] {
  const lines = (["onset", "collapse"] as const).flatMap((end) => {
    const single = rows.flatMap((row) => {
      const strength = placed(row[end]);
      const line = `${row.question} ${row.draw}`;
      return strength === null ? [] : [{ end: ENDS[end], layer: row.layer, strength, line }];
    });
    return [...single, ...meanLine(rows, end)];
  });
  const strengths = lines.length === 0 ? [1] : lines.map(({ strength }) => strength);
  const colours = [COLOURS.target, COLOURS.degradation];
  const encoding = {
    x,
    y: {
      field: "strength",
      type: "quantitative" as const,
      scale: {
        type: "log" as const,
        domain: [Math.min(...strengths) / 1.1, Math.max(...strengths) * 1.1],
        nice: false,
      },
      axis: { title, format: "~g", tickCount: 4, labelOverlap: true },
    },
    color: {
      field: "end",
      type: "nominal" as const,
      title: null,
      scale: { domain: [ENDS.onset, ENDS.collapse], range: colours },
      legend: { symbolOpacity: 1 },
    },
    detail: { field: "line", type: "nominal" as const },
  };
  return [
    {
      data: { values: lines.filter(({ line }) => line !== MEAN) },
      mark: { type: "line", strokeWidth: 0.8, opacity: 0.45 },
      encoding,
    },
    {
      data: { values: lines.filter(({ line }) => line === MEAN) },
      mark: { type: "line", strokeWidth: 2.2, point: { size: 14 } },
      encoding,
    },
  ];
}

const MEAN = "mean";

function meanLine(rows: readonly ForecastRow[], end: "onset" | "collapse") {
  const layers = [...new Set(rows.map(({ layer }) => layer))].toSorted((a, b) => a - b);
  return layers.flatMap((layer) => {
    const ends = rows.filter((row) => row.layer === layer).map((row) => placed(row[end]));
    const strengths = ends.filter((strength) => strength !== null);
    if (strengths.length < ends.length) return [];
    const mean = strengths.reduce((sum, strength) => sum + Math.log2(strength), 0) / strengths.length;
    return [{ end: ENDS[end], layer, strength: 2 ** mean, line: MEAN }];
  });
}

function widthLines(rows: readonly ForecastRow[], { candidates }: LayerChoice, x: X): Layer[] {
  const widths = rows.flatMap((row) => {
    const [onset, collapse] = [placed(row.onset), placed(row.collapse)];
    if (onset === null || collapse === null) return [];
    return [{ layer: row.layer, width: Math.log2(collapse / onset), line: `${row.question} ${row.draw}` }];
  });
  const means = candidates.flatMap(({ layer, forecast_width: width }) =>
    width === null ? [] : [{ layer, width }],
  );
  const y = {
    field: "width",
    type: "quantitative" as const,
    scale: { zero: false },
    axis: { title: null, tickCount: 4 },
  };
  return [
    {
      data: { values: [{ width: 0 }] },
      mark: { type: "rule", color: QUIET, strokeWidth: 0.6 },
      encoding: { y },
    },
    {
      data: { values: widths },
      mark: { type: "line", color: COLOURS.window, strokeWidth: 0.8, opacity: 0.45 },
      encoding: { x, y, detail: { field: "line", type: "nominal" } },
    },
    {
      data: { values: means },
      mark: {
        type: "line",
        color: COLOURS.window,
        strokeWidth: 2.2,
        point: { color: COLOURS.window, size: 14 },
      },
      encoding: { x, y },
    },
  ];
}

function sampledScores({ candidates }: LayerChoice, x: X): Layer {
  const most = Math.max(1, ...candidates.map(({ samples }) => samples));
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
