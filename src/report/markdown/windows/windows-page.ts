import type { MethodTrend } from "../../../analysis/trends.js";
import type { WindowRow } from "../../../analysis/window-rows.js";
import { formatRate } from "../format.js";
import { trendTable } from "../trend/trend-table.js";
import { widthUnit } from "../width-unit.js";
import { controlTable, pooledControls } from "./control-table.js";
import { fitTable } from "./fit-table.js";
import { frontierSection } from "./frontier-table.js";
import { gridTable } from "./grid-table.js";
import { windowSections } from "./window-sections.js";

export interface PageOptions {
  readonly target: number;
  readonly capability: number;
  readonly frontierLoss: number;
  readonly losses: readonly number[];
  readonly gridLevel: number;
  readonly confidence: number;
  readonly replicates: number;
  /** The frontier at one strength for all questions; empty without two. */
  readonly crossFitted: string;
  /** What no number counts, as a part of the page; empty where nothing is missing. */
  readonly missing: string;
}

/** windows.md: every window with its intervals, the post's own numbers, the random directions and the trend. */
export function windowsPage(
  rows: readonly WindowRow[],
  trends: readonly MethodTrend[],
  conditions: string,
  options: PageOptions,
): string {
  const percent = `${formatRate(options.confidence * 100).replace(/\.?0+$/, "")} %`;
  return `${[
    "# Windows",
    definitions(rows, options, percent),
    options.missing,
    ...windowSections(rows),
    frontierSection(rows, options.losses),
    options.crossFitted,
    fitTable(rows),
    "## The post's own numbers",
    `Target counted by *contains*; absolute thresholds of ${options.gridLevel} on the tested strengths alone, nothing interpolated. In units of strength, not octaves; intervals: ${percent}, other samples of these tasks.`,
    gridTable(rows),
    "## Random directions of the same norm",
    "Collapse is largely norm tolerance: what is left of a window beside its random collapse is the vector's own doing.",
    controlTable(rows),
    pooledControls(rows, options.confidence),
    conditions,
    "## Trend over the ladder",
    `Kendall's tau-b of width on parameters; p two-sided, ${orders(trends)}. *Never steered* ranks below all numbers and *never collapsed* above them, as ties.`,
    trendTable(trends),
  ]
    .filter((part) => part !== "")
    .join("\n\n")}\n`;
}

function orders(trends: readonly MethodTrend[]): string {
  const drawn = trends.some(({ trend }) => trend.kind === "tested" && trend.drawn !== null);
  return drawn
    ? "exact over all orders of up to 12 rungs, from random orders of more"
    : "exact over all orders of the rungs";
}

function width(rows: readonly WindowRow[]): string {
  const unit = widthUnit(rows.map(({ axis }) => axis));
  if (unit === "octaves") return "log2(collapse / onset) in octaves";
  const difference = "collapse \u2212 onset in units of strength";
  return unit === "strength"
    ? difference
    : `log2(collapse / onset) in octaves, on a linear axis ${difference}`;
}

function definitions(rows: readonly WindowRow[], options: PageOptions, percent: string): string {
  const estimators = new Set(rows.flatMap(({ headline }) => (headline === null ? [] : [headline.estimator])));
  return [
    `Onset: the strength at which the *strict* target rate reaches ${options.target}. Collapse: where capability falls to ${options.capability} of the model's own unsteered value. Width: ${width(rows)}, signed; a negative one is *empty*: the model breaks before it is steered.`,
    `T, at a loss of ${options.frontierLoss}: the best strict target rate that keeps at least ${formatRate(1 - options.frontierLoss)} of the capability, minus that of random directions.`,
    ...(estimators.has("posterior") ? [posteriorWords(percent)] : []),
    ...(estimators.has("bootstrap") ? [bootstrapWords(options, percent)] : []),
    "*These tasks*: other samples of the same tasks and question. *Tasks like these*: other tasks too, and the same question (needs 20 tasks). No interval speaks of other questions, statements or models.",
  ].join("\n\n");
}

function posteriorWords(percent: string): string {
  return `Numbers are posterior medians, intervals ${percent} equal-tailed credible intervals, P(window) the posterior probability that onset comes before collapse. An end has a name where at least half of the posterior has it.`;
}

function bootstrapWords({ replicates }: PageOptions, percent: string): string {
  return `Fitted windows: monotone fits, ${percent} intervals by ${replicates} bootstrap replicates, P(window) the share of the replicates with a window. \u2020: widened to the step of the tested strengths, which is coarser than the sampling error.`;
}
