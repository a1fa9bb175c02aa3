import type { Findings } from "../../../analysis/findings.js";
import type { MethodTrend } from "../../../analysis/ladder/rank-trends.js";
import { widthUnit } from "../../../analysis/width-unit.js";
import type { WindowRow } from "../../../analysis/windows/window-rows.js";
import type { Analysis } from "../../../config/experiment.js";
import { GRID_LEVEL } from "../../../statistics/estimate-window.js";
import { formatRate } from "../../words/format.js";
import { missingSection } from "../missing-section.js";
import type { Page } from "../page.js";
import { trendTable } from "../trend/trend-table.js";
import { conditionTable } from "./condition-table.js";
import { controlTable, pooledControlsText } from "./control-table.js";
import { fitTable } from "./fit-table.js";
import { frontierSection } from "./frontier-table.js";
import { gridTable } from "./grid-table.js";
import { sharedStrengthSection } from "./shared-strength-table.js";
import { windowSections } from "./window-sections.js";

/** windows.md: every window with its intervals, the post's own numbers, the random directions and the trend. */
export function windowsPage(findings: Findings): Page {
  const { windows, ranks, settings } = findings;
  const percent = `${formatRate(settings.confidence * 100).replace(/\.?0+$/, "")} %`;
  return {
    title: "Windows",
    blocks: [
      ...definitions(windows, settings, percent),
      ...missingSection(findings.missing),
      ...windowSections(windows),
      ...frontierSection(windows, settings.frontier_losses),
      ...sharedStrengthSection(findings.sharedStrengths, settings.frontier_losses),
      ...fitTable(windows),
      "## The post's own numbers",
      `Target counted by *contains*; absolute thresholds of ${GRID_LEVEL} on the tested strengths alone, nothing interpolated. In units of strength, not octaves; intervals: ${percent}, other samples of these tasks.`,
      gridTable(windows),
      "## Random directions of the same norm",
      "Collapse is largely norm tolerance: what is left of a window beside its random collapse is the vector's own doing.",
      controlTable(windows),
      pooledControlsText(findings.pooledControls),
      ...conditionTable(findings.conditions),
      "## Trend over the ladder",
      `Kendall's tau-b of width on parameters; p two-sided, ${orders(ranks)}. *Never steered* ranks below all numbers and *never collapsed* above them, as ties.`,
      trendTable(ranks),
    ],
  };
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

function definitions(rows: readonly WindowRow[], settings: Analysis, percent: string): string[] {
  const estimators = new Set(rows.flatMap(({ headline }) => (headline === null ? [] : [headline.estimator])));
  return [
    `Onset: the strength at which the *strict* target rate reaches ${settings.target_threshold}. Collapse: where capability falls to ${settings.capability_threshold} of the model's own unsteered value. Width: ${width(rows)}, signed; a negative one is *empty*: the model breaks before it is steered.`,
    `T, at a loss of ${settings.frontier_loss}: the best strict target rate that keeps at least ${formatRate(1 - settings.frontier_loss)} of the capability, minus that of random directions.`,
    ...(estimators.has("posterior") ? [posteriorWords(percent)] : []),
    ...(estimators.has("bootstrap") ? [bootstrapWords(settings, percent)] : []),
    "*These tasks*: other samples of the same tasks and question. *Tasks like these*: other tasks too, and the same question (needs 20 tasks). No interval speaks of other questions, statements or models.",
  ];
}

function posteriorWords(percent: string): string {
  return `Numbers are posterior medians, intervals ${percent} equal-tailed credible intervals, P(window) the posterior probability that onset comes before collapse. An end has a name where at least half of the posterior has it.`;
}

function bootstrapWords({ bootstrap }: Analysis, percent: string): string {
  return `Fitted windows: monotone fits, ${percent} intervals by ${bootstrap} bootstrap replicates, P(window) the share of the replicates with a window. \u2020: widened to the step of the tested strengths, which is coarser than the sampling error.`;
}
