import type { ReportInput } from "../../analysis/input.js";
import type { WindowRow } from "../../analysis/window-rows.js";
import { highestOf } from "../../statistics/extremes.js";
import type { DesignRecord } from "../../store/design-record.js";
import { inTerminal } from "../../text/foreign-text.js";
import type { Findings } from "../assemble.js";
import type { Figure } from "../figures/figures.js";
import type { DecompositionSection } from "./decomposition/decomposition-section.js";
import type { ForecastSection } from "./forecast/forecast-section.js";
import { formatP, formatParameters, formatRate, formatStrength } from "./format.js";
import { layerSection } from "./layer-section.js";
import { markdownTable } from "./markdown-table.js";
import { type Missing, missingSection } from "./missing-section.js";
import { trendLine } from "./summary.js";
import type { TrendSection } from "./trend/trend-section.js";
import { frontierSection } from "./windows/frontier-table.js";
import { notReachedTable } from "./windows/not-reached.js";
import { windowSections } from "./windows/window-sections.js";

/** What other parts of the report say, to be put into its page. */
export interface RunSections {
  readonly missing: Missing;
  readonly depth: readonly Figure[];
  readonly forecast: Pick<ForecastSection, "markdown">;
  readonly decomposition: Pick<DecompositionSection, "markdown" | "figures">;
  readonly trend: Pick<TrendSection, "markdown" | "figures">;
  readonly further: Pick<TrendSection, "markdown" | "figures">;
}

/** report.md: what was run, what came out, and what could not have been shown. */
export function runPage(
  input: ReportInput,
  { windows, trends, figures, crossFitted }: Findings,
  { missing, depth, forecast, decomposition, trend, further }: RunSections,
): string {
  const { experiment, design } = input;
  const methods = windows.filter(({ role }) => role === "method");
  return `${[
    `# ${experiment.name}`,
    inTerminal(experiment.description ?? ""),
    missingSection(missing),
    ...figures.map(picture),
    ...windowSections(windows),
    design === null ? "" : notReached(design, windows),
    frontierSection(windows, experiment.analysis.frontier_losses),
    crossFitted,
    "Onset, collapse and width are defined in [windows.md](windows.md), which also has the post's own numbers; every number is in [windows.csv](windows.csv), what the models said in [transcripts.md](transcripts.md).",
    layerSection(input),
    ...depth.map(picture),
    forecast.markdown,
    decomposition.markdown,
    ...decomposition.figures.map(picture),
    "## Trend over the ladder",
    trends.map((trend) => `- ${trendLine(trend)}`).join("\n"),
    trend.markdown,
    ...trend.figures.map(picture),
    further.markdown,
    ...further.figures.map(picture),
    "## What could not have been shown",
    limits(input, methods)
      .map((line) => `- ${line}`)
      .join("\n"),
    "## What was run",
    modelTable(input),
    counts(input),
  ]
    .filter((part) => part !== "")
    .join("\n\n")}\n`;
}

function picture({ name }: Figure): string {
  return `![${name.replaceAll("_", " ")}](${name}.svg)`;
}

function notReached(design: DesignRecord, rows: readonly WindowRow[]): string {
  const lines = notReachedTable(design, rows);
  return lines === "" ? "" : ["## Windows that were not reached", lines].join("\n\n");
}

function limits(input: ReportInput, rows: readonly WindowRow[]): string[] {
  const { experiment, models } = input;
  const rungs = Object.keys(models).length;
  const orders = Array.from({ length: rungs }, (_, i) => i + 1).reduce((product, n) => product * n, 1);
  const tasks = Math.max(0, highestOf(rows.map((row) => row.tasks)));
  const absent = experiment.models.map(({ name }) => name).filter((name) => !(name in models));
  return [
    rungs < 3
      ? `A trend over size: ${rungs} of the ladder's rungs were run, too few for any test.`
      : `A trend beyond chance: ${rungs} rungs have ${orders} orders, so the smallest two-sided p they can give is 2/${orders} (${formatP(2 / orders)}), whatever the widths.`,
    "Size as a cause: rungs differ in more than size, and one training run a rung cannot tell size from seed.",
    tasks >= 20
      ? `Other questions and statements: the intervals generalise to other samples, and over ${tasks} tasks to tasks like these, not to other questions.`
      : `Other tasks or questions: with ${tasks} tasks (fewer than 20) the intervals generalise to other samples of these tasks only.`,
    betweenStrengths(rows),
    ...(rows.every(({ control }) => control === null)
      ? ["How much of the collapse is mere norm: no random directions were run."]
      : []),
    ...(absent.length > 0 ? [`Anything about ${absent.join(", ")}: not run.`] : []),
  ];
}

function betweenStrengths(rows: readonly WindowRow[]): string {
  const axis = rows.some((row) => row.axis === "linear") ? "the strength's axis" : "log2 strength";
  return rows.some(({ headline }) => headline?.estimator === "posterior")
    ? `Any other shape of the curves: the posterior takes each to be logistic on ${axis}, with a floor and a ceiling of its own; the monotone fits in windows.md assume no shape.`
    : `Anything between two tested strengths: ends are interpolated on ${axis}, and no interval of an end is narrower than the step that it lies in.`;
}

function modelTable({ experiment, models }: ReportInput): string {
  return markdownTable(
    ["model", "parameters", "layers"],
    experiment.models.map(({ name }) => {
      const model = models[name];
      return model === undefined
        ? [name, "not run", "\u2013"]
        : [name, `${formatParameters(model.parameters)} (${model.parameters})`, String(model.layers)];
    }),
  );
}

function counts({ experiment, samples }: ReportInput): string {
  let total = 0;
  let spoiled = 0;
  let choosing = 0;
  const development = new Set(experiment.development.map(({ id }) => id));
  for (const { stop, role, question, prompt_kind, prompt_id } of samples) {
    total += 1;
    if (stop === "error") spoiled += 1;
    const asked = role === "baseline" ? (prompt_kind === "question" ? prompt_id : null) : question;
    if (asked !== null && development.has(asked)) choosing += 1;
  }
  const { question, task } = experiment.decoding;
  return [
    `${total} samples; ${spoiled} of them ended in non-finite numbers under an edit and count as failures.`,
    ...(choosing > 0 ? [`${choosing} of them were of development questions, for the choice of layers.`] : []),
    `Questions at temperature ${formatStrength(question.temperature)}, at most ${question.max_tokens} tokens; tasks at temperature ${formatStrength(task.temperature)}, at most ${task.max_tokens} tokens; seed ${experiment.seed}; intervals at ${formatRate(experiment.analysis.confidence)}.`,
  ].join(" ");
}
