import type { TopLevelSpec } from "vega-lite";
import type { Findings, RunFindings } from "../../analysis/findings.js";
import { widthUnit } from "../../analysis/width-unit.js";
import { highestOf } from "../../statistics/extremes.js";
import type { LayerChoice } from "../../store/design-record.js";
import type { ForecastRow } from "../../store/forecast-file.js";
import { formatParameters } from "../words/format.js";
import { endLines, layerAxis, sampledScores, widthLines } from "./depth-lines.js";
import type { Figure } from "./figure.js";
import type { PanelSpec } from "./panel/panel-spec.js";
import { strengthTitle } from "./panel/strength-title.js";
import { figureConfig, HEADING, QUIET } from "./panel/style.js";

type Layer = Extract<TopLevelSpec, { layer: unknown }>["layer"][number];

const PANEL = { width: 210, height: 130 } as const;

/**
 * One figure for each method whose layers were chosen: window and frontier over depth, one row for each rung. Forecasts of the
 * development questions are in the first two columns and samples in the third, never in one panel.
 */
export function depthFigures({ run, settings }: Findings): Figure[] {
  const choices = run?.design?.layers ?? [];
  if (run === null) return [];
  const methods = [...new Set(choices.map(({ method }) => method))];
  return methods.map((method, i) => ({
    name: i === 0 ? "depth" : `depth.${method}`,
    spec: depthFigure(
      run,
      choices.filter((choice) => choice.method === method),
      settings.frontier_loss,
    ),
  }));
}

function depthFigure(run: RunFindings, choices: readonly LayerChoice[], loss: number): TopLevelSpec {
  const { experiment, forecastRows: forecast } = run;
  const development = new Set(experiment.development.map(({ id }) => id));
  const [first] = choices;
  const known = forecast.find(({ method }) => method === first?.method);
  const unit = known?.unit ?? null;
  const axis = known?.axis ?? "log";
  const most = Math.max(
    1,
    highestOf(choices.flatMap(({ candidates }) => candidates.map(({ samples }) => samples))),
  );
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
          parameters: run.models[choice.model]?.parameters ?? 0,
          top: i === 0,
          lowest: i === choices.length - 1,
          loss,
          most,
          axis,
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
  readonly axis: "log" | "linear";
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
      layer: [
        chosen,
        ...endLines(rows, frame.axis, x, `${choice.model} (${formatParameters(frame.parameters)})`),
      ],
    },
    {
      ...PANEL,
      ...title(`forecast width (${widthUnit([frame.axis])})`),
      layer: [chosen, ...widthLines(rows, choice, x)],
    },
    {
      ...PANEL,
      ...title(`sampled T(${frame.loss})`),
      layer: [chosen, sampledScores(choice, frame.most, x)],
    },
  ];
}
