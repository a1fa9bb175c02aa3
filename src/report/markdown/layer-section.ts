import type { ReportInput } from "../../analysis/input.js";
import type { LayerChoice } from "../../store/design-record.js";
import { formatRate, formatSigned } from "./format.js";
import { markdownTable } from "./markdown-table.js";
import { widthUnit } from "./width-unit.js";

const NONE = "\u2013";

/** How each layer was chosen, candidate by candidate. Empty where layers were told beforehand. */
export function layerSection({
  design,
  experiment,
  axes,
}: Pick<ReportInput, "design" | "experiment" | "axes">): string {
  if (design === null || design.layers.length === 0) return "";
  const asked = experiment.development.map(({ id }) => id).join(", ");
  const unit = widthUnit(design.layers.map(({ method }) => (axes[method] === "linear" ? "linear" : "log")));
  const loss = experiment.analysis.frontier_loss;
  return [
    "## Layers",
    `Chosen on the development questions (${asked}), none of which is reported: the forecast width, from forward passes alone, makes the shortlist; its candidates are sampled, and of them the one with the best sampled T(${loss}) is taken. Windows and frontiers above come from other questions and fresh samples at that layer, so they are not its luck in the screening.`,
    markdownTable(
      [
        "method",
        "model",
        "layer",
        "chosen",
        `forecast width (${unit})`,
        `sampled T(${loss})`,
        "screening rounds",
        "samples",
      ],
      design.layers.flatMap(choiceRows),
    ),
  ].join("\n\n");
}

function choiceRows({ method, model, layer: chosen, candidates }: LayerChoice): string[][] {
  return candidates.map(({ layer, forecast_width, score, rounds, samples }) => [
    method,
    model,
    String(layer),
    layer === chosen ? "yes" : "",
    forecast_width === null ? NONE : formatSigned(forecast_width),
    score === null ? NONE : formatRate(score),
    String(rounds),
    String(samples),
  ]);
}
