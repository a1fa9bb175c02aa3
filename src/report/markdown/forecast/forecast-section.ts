import { forecastCurves } from "../../../analysis/forecast-curves.js";
import type { ReportInput } from "../../../analysis/input.js";
import { readWindows } from "../../csv/read-windows.js";
import { formatRate, formatSigned } from "../format.js";
import { markdownTable } from "../markdown-table.js";
import { agreements, agreementText } from "./agreement-text.js";
import { endText, forecastCsv } from "./forecast-table.js";

const NONE = "\u2013";

export interface ForecastSection {
  /** forecast.csv, every layer and the development questions among them; empty where nothing was forecast. */
  readonly csv: string;
  /** A section of a page, its heading included; empty where no reported question was forecast. */
  readonly markdown: string;
}

/** What was forecast of the reported questions, in a table of its own, and how it agrees with what was then sampled. */
export function forecastSection(
  { forecast, experiment }: Pick<ReportInput, "forecast" | "experiment">,
  windowsCsv: string,
): ForecastSection {
  if (forecast.length === 0) return { csv: "", markdown: "" };
  const reported = new Set(experiment.questions.map(({ id }) => id));
  const curves = forecastCurves(forecast);
  const shown = curves.filter(({ question }) => reported.has(question));
  const csv = forecastCsv(curves);
  if (shown.length === 0) return { csv, markdown: "" };
  const agreement = agreements(shown, readWindows(windowsCsv, "windows.csv"));
  const markdown = [
    "## Forecast",
    "From forward passes alone, before the windows were sampled: none of it is a measurement.",
    markdownTable(
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
      shown.map(({ question, method, model, layer, onset, collapse, margin, gain }) => [
        ...[question, method, model, String(layer), endText(onset), endText(collapse)],
        margin === null ? NONE : formatRate(margin),
        gain === null ? NONE : formatSigned(gain),
      ]),
    ),
    ...(agreement === null ? [] : [asList(agreementText(agreement, "this run"))]),
  ];
  return { csv, markdown: markdown.join("\n\n") };
}

/** A heading line and what is indented under it. */
function asList(text: string): string {
  const [heading = "", ...lines] = text.split("\n");
  return [heading, "", ...lines.map((line) => `- ${line.trim()}`)].join("\n");
}
