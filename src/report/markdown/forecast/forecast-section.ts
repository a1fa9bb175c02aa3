import type { ForecastFindings } from "../../../analysis/forecast/forecast-findings.js";
import { formatRate, formatSigned } from "../../words/format.js";
import { type Block, listOf, table } from "../page.js";
import { agreementText } from "./agreement-text.js";
import { endText } from "./forecast-table.js";

const NONE = "\u2013";

/** What was forecast of the reported questions, and how it agrees with what was then sampled. Empty where nothing was. */
export function forecastSection({ reported, agreement }: ForecastFindings): Block[] {
  if (reported.length === 0) return [];
  return [
    "## Forecast",
    "From forward passes alone, before the windows were sampled: none of it is a measurement.",
    table(
      [
        "question",
        "method",
        "model",
        "layer",
        "forecast onset",
        "forecast collapse",
        "margin (nats)",
        "gain",
      ],
      reported.map(({ question, method, model, layer, onset, collapse, margin, gain }) => [
        ...[question, method, model, String(layer), endText(onset), endText(collapse)],
        margin === null ? NONE : formatRate(margin),
        gain === null ? NONE : formatSigned(gain),
      ]),
    ),
    ...(agreement === null ? [] : asList(agreementText(agreement, "this run"))),
  ];
}

/** A heading line and what is indented under it. */
function asList(text: string): Block[] {
  const [heading = "", ...lines] = text.split("\n");
  return [heading, listOf(lines.map((line) => line.trim()))];
}
