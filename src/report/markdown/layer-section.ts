import type { RunFindings } from "../../analysis/findings.js";
import { widthUnit } from "../../analysis/width-unit.js";
import type { Analysis } from "../../config/experiment.js";
import type { LayerChoice } from "../../store/design-record.js";
import { formatRate, formatSigned } from "../words/format.js";
import { type Block, table } from "./page.js";

const NONE = "\u2013";

/** How each layer was chosen, candidate by candidate. Empty if layers were fixed. */
export function layerSection({ design, experiment, axes }: RunFindings, settings: Analysis): Block[] {
  if (design === null || design.layers.length === 0) return [];
  const asked = experiment.development.map(({ id }) => id).join(", ");
  const unit = widthUnit(design.layers.map(({ method }) => (axes[method] === "linear" ? "linear" : "log")));
  const loss = settings.frontier_loss;
  return [
    "## Layers",
    `Chosen on the development questions (${asked}), none of which is reported: the forecast width, from forward passes alone, makes the shortlist; its candidates are sampled, and of them the one with the best sampled T(${loss}) is taken. Windows and frontiers above come from other questions and fresh samples at that layer, so they are not its luck in the screening.`,
    table(
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
  ];
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
