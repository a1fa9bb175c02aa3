import { controlCollapse } from "../../analysis/row-control.js";
import type { MethodTrend } from "../../analysis/trends.js";
import type { WindowRow } from "../../analysis/window-rows.js";
import type { DesignRecord } from "../../store/design-record.js";
import { inLine } from "../../text/foreign-text.js";
import type { Undrawn } from "../figures/drawing/drawer.js";
import { formatInterval, formatP, formatParameters, formatSigned } from "./format.js";
import { textTable } from "./markdown-table.js";
import { undrawnSentence } from "./undrawn.js";
import { notReachedLines } from "./windows/not-reached.js";
import { formatEnd, formatWidth, notEstimated } from "./windows/window-table.js";

const NONE = "\u2013";

export interface SummaryInput {
  readonly windows: readonly WindowRow[];
  readonly trends: readonly MethodTrend[];
  /** Verdicts on the trend. */
  readonly sentences: readonly string[];
  readonly design: DesignRecord | null;
  /** Said first; null for none. */
  readonly stamp: string | null;
  readonly undrawn: readonly Undrawn[];
  /** Of the figures. */
  readonly paths: readonly string[];
}

/** What the terminal shows at the end of a run: the windows, what was not reached, the trend, where the figures are. */
export function summaryText({
  windows,
  trends,
  sentences,
  design,
  stamp,
  undrawn,
  paths,
}: SummaryInput): string {
  const header = ["model", "params", "question", "method", "onset", "collapse", "width"];
  header.push("these tasks", "tasks like these", "random collapse");
  const table = textTable(header, windows.filter(({ role }) => role === "method").map(summaryCells));
  return [
    stamp ?? "",
    table,
    design === null ? "" : notReachedLines(design, windows).join("\n"),
    [...trendLines(trends), ...sentences].join("\n"),
    nonFiniteLines(windows).join("\n"),
    undrawn.map(undrawnSentence).join("\n"),
    paths.join("\n"),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function summaryCells(row: WindowRow): string[] {
  const { model, parameters, question, method, headline, control } = row;
  const shared = [model, formatParameters(parameters), question, method];
  if (headline === null) return [...shared, ...notEstimated(row, 6)];
  const { window, intervals } = headline;
  return [
    ...shared,
    formatEnd(window.onset),
    formatEnd(window.collapse),
    formatWidth(window.width),
    formatInterval(intervals.these?.width ?? null, formatSigned),
    formatInterval(intervals.like_these?.width ?? null, formatSigned),
    control === null ? NONE : formatEnd(controlCollapse(control)),
  ];
}

function nonFiniteLines(windows: readonly WindowRow[]): string[] {
  return windows.flatMap(({ model, question, method, nonFinite: { target, capability } }) =>
    target + capability === 0
      ? []
      : [
          `Not finite under the edit, and failures: ${target} answers and ${capability} task samples of ${[model, question, method].map(inLine).join(", ")}`,
        ],
  );
}

/** One line a trend; a single one where all were left untested for the same reason. */
function trendLines(trends: readonly MethodTrend[]): string[] {
  const reasons = new Set(trends.map(({ trend }) => (trend.kind === "not_tested" ? trend.reason : null)));
  const [reason] = reasons;
  if (reasons.size === 1 && typeof reason === "string")
    return [`Trend of width over size: not tested, ${reason}.`];
  return trends.map(trendLine);
}

/** One sentence on a trend, with the smallest p it could have had. */
export function trendLine({ method, question, trend }: MethodTrend): string {
  const what = `Trend of width over size, ${method}, ${question === null ? "all questions together" : inLine(question)}`;
  if (trend.kind === "not_tested") return `${what}: not tested, ${trend.reason}.`;
  const tau = trend.tau === null ? "all widths tied" : `tau ${formatSigned(trend.tau)}`;
  const could =
    trend.drawn === null ? `${trend.rungs} rungs` : `${trend.drawn} random orders of ${trend.rungs} rungs`;
  return `${what}: ${tau}, p ${formatP(trend.p)} (the smallest that ${could} could have given is ${formatP(trend.smallestP)}).`;
}
