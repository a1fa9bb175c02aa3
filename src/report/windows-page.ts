import { controlTable, pooledControls } from "./control-table.js";
import { formatRate } from "./format.js";
import { gridTable } from "./grid-table.js";
import { trendTable } from "./trend-table.js";
import type { MethodTrend } from "./trends.js";
import type { WindowRow } from "./window-rows.js";
import { windowSections } from "./window-sections.js";

export interface PageOptions {
  readonly target: number;
  readonly capability: number;
  readonly frontierLoss: number;
  readonly gridLevel: number;
  readonly confidence: number;
  readonly replicates: number;
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
    definitions(options, percent),
    ...windowSections(rows),
    "## The post's own numbers",
    `Target counted by *contains*; absolute thresholds of ${options.gridLevel} on the tested strengths alone, nothing interpolated. In units of strength, not octaves; intervals: ${percent}, other samples of these tasks.`,
    gridTable(rows),
    "## Random directions of the same norm",
    "Collapse is largely norm tolerance: what is left of a window beside its random collapse is the vector's own doing.",
    controlTable(rows),
    pooledControls(rows, options.confidence),
    conditions,
    "## Trend over the ladder",
    "Kendall's tau-b of width on parameters; p two-sided, exact over all orders of the rungs. *Never steered* ranks below all numbers and *never collapsed* above them, as ties.",
    trendTable(trends),
  ]
    .filter((part) => part !== "")
    .join("\n\n")}\n`;
}

function definitions(options: PageOptions, percent: string): string {
  return [
    `Onset: the strength at which the *strict* target rate reaches ${options.target}. Collapse: where capability falls to ${options.capability} of the model's own unsteered value. Width: log2(collapse / onset) in octaves, signed; a negative one is *empty*: the model breaks before it is steered.`,
    `T(${options.frontierLoss}): the best strict target rate that keeps at least ${formatRate(1 - options.frontierLoss)} of the capability, minus that of random directions.`,
    `Intervals: ${percent} by ${options.replicates} bootstrap replicates. *These tasks*: other samples of the same tasks and question. *Tasks like these*: other tasks too, and the same question (needs 20 tasks). No interval speaks of other questions, statements or models. \u2020: widened to the step of the tested strengths, which is coarser than the sampling error.`,
  ].join("\n\n");
}
