import type { Findings } from "../../analysis/findings.js";
import type { MethodTrend } from "../../analysis/ladder/rank-trends.js";
import { controlCollapse } from "../../analysis/windows/row-control.js";
import type { WindowRow } from "../../analysis/windows/window-rows.js";
import { inLine } from "../../text/foreign-text.js";
import type { Undrawn } from "../figures/drawing/drawer.js";
import { formatEnd, formatWidth } from "../words/ends.js";
import { formatInterval, formatParameters, formatSigned } from "../words/format.js";
import { textTable } from "./markdown-table.js";
import { rankSentence } from "./trend/rank-text.js";
import { verdictSentence } from "./trend/verdict-text.js";
import { undrawnSentence } from "./undrawn.js";
import { notReachedLines } from "./windows/not-reached.js";
import { notEstimated } from "./windows/window-table.js";

const NONE = "\u2013";

/** What the terminal shows at the end of a run: the windows, what was not reached, the trend, where the figures are. */
export function summaryText(
  { stamp, windows, ranks, slopes, run }: Findings,
  undrawn: readonly Undrawn[],
  figures: readonly string[],
): string {
  const design = run?.design ?? null;
  const header = ["model", "params", "question", "method", "onset", "collapse", "width"];
  header.push("these tasks", "tasks like these", "random collapse");
  const table = textTable(header, windows.filter(({ role }) => role === "method").map(summaryCells));
  return [
    stamp ?? "",
    table,
    design === null ? "" : notReachedLines(design, windows).join("\n"),
    [...rankSentences(ranks), ...slopes.map(verdictSentence)].join("\n"),
    nonFiniteLines(windows).join("\n"),
    undrawn.map(undrawnSentence).join("\n"),
    figures.join("\n"),
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

/** One line for each trend; a single one if all were left untested for the same reason. */
function rankSentences(trends: readonly MethodTrend[]): string[] {
  const reasons = new Set(trends.map(({ trend }) => (trend.kind === "not_tested" ? trend.reason : null)));
  const [reason] = reasons;
  if (reasons.size === 1 && typeof reason === "string")
    return [`Trend of width over size: not tested, ${reason}.`];
  return trends.map(rankSentence);
}
