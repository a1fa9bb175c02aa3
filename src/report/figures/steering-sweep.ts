import type { TopLevelSpec } from "vega-lite";
import type { Panel } from "../../analysis/windows/panel.js";
import { formatParameters } from "../words/format.js";
import { captionLines, panelSize } from "./panel/layout.js";
import { panelSpec } from "./panel/panel-spec.js";
import { mostSamplesOf, shownStrengths } from "./panel/shown.js";
import { strengthScale } from "./panel/strength-axis.js";
import { strengthTitle } from "./panel/strength-title.js";
import { figureConfig, HEADING } from "./panel/style.js";

const COLUMNS = 4;

export interface FigureWords {
  readonly title: string;
  /** One line each, under the title. */
  readonly caption: readonly string[];
}

/** One panel for each model, in the order given: the whole window of one question and method over the ladder. */
export function steeringSweep(panels: readonly Panel[], words: FigureWords): TopLevelSpec {
  const axis = panels[0]?.axis ?? "log";
  const columns = Math.min(COLUMNS, panels.length);
  const random = panels.some(({ randomDegradation }) => randomDegradation.length > 0);
  const mostSamples = mostSamplesOf(panels);
  const scale = strengthScale(shownStrengths(panels), axis);
  return {
    config: figureConfig(Math.max(2, Math.min(3, columns))),
    title: { text: words.title, subtitle: captionLines(words.caption, columns), ...HEADING },
    data: { values: [] },
    columns: COLUMNS,
    align: "all",
    concat: panels.map((panel, i) =>
      panelSpec(panel, {
        ...panelSize(columns, 190),
        title: `${panel.model} (${formatParameters(panel.parameters)})`,
        scale,
        xTitle: strengthTitle(panel.unit),
        yTitle: i % COLUMNS === 0 ? "rate" : null,
        xLabels: true,
        yLabels: i % COLUMNS === 0,
        random,
        mostSamples,
      }),
    ),
    resolve: { scale: { color: "shared", strokeDash: "shared" } },
  };
}
