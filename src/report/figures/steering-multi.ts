import type { TopLevelSpec } from "vega-lite";
import type { Panel } from "../../analysis/windows/panel.js";
import { captionLines, panelSize } from "./panel/layout.js";
import { type PanelSpec, panelSpec } from "./panel/panel-spec.js";
import { mostSamplesOf, shownStrengths } from "./panel/shown.js";
import { strengthScale } from "./panel/strength-axis.js";
import { strengthTitle } from "./panel/strength-title.js";
import { figureConfig, HEADING } from "./panel/style.js";
import type { FigureWords } from "./steering-sweep.js";

/** Questions as columns, models as rows, in the order of the panels; a missing combination leaves an empty place. */
export function steeringMulti(panels: readonly Panel[], words: FigureWords): TopLevelSpec {
  const questions = [...new Set(panels.map(({ question }) => question))];
  const models = [...new Set(panels.map(({ model }) => model))];
  const random = panels.some(({ randomDegradation }) => randomDegradation.length > 0);
  const mostSamples = mostSamplesOf(panels);
  const scale = strengthScale(shownStrengths(panels), panels[0]?.axis ?? "log");
  const size = panelSize(questions.length, 120);
  const place = (model: string, question: string): PanelSpec => {
    const panel = panels.find((other) => other.model === model && other.question === question);
    if (panel === undefined) return { ...size, mark: "point", data: { values: [] } };
    const lowest = model === models.at(-1);
    return panelSpec(panel, {
      ...size,
      title: model === models[0] ? question : null,
      scale,
      xTitle: lowest ? strengthTitle(panel.unit) : null,
      yTitle: question === questions[0] ? model : null,
      xLabels: lowest,
      yLabels: question === questions[0],
      random,
      mostSamples,
    });
  };
  return {
    config: figureConfig(Math.max(2, questions.length - 1)),
    title: { text: words.title, subtitle: captionLines(words.caption, questions.length), ...HEADING },
    data: { values: [] },
    columns: questions.length,
    align: "each",
    concat: models.flatMap((model) => questions.map((question) => place(model, question))),
    resolve: { scale: { color: "shared", strokeDash: "shared" } },
  };
}
