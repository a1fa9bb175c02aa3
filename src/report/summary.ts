import { formatInterval, formatParameters, formatSigned } from "./format.js";
import { textTable } from "./markdown-table.js";
import type { MethodTrend } from "./trends.js";
import type { WindowRow } from "./window-rows.js";
import { formatEnd, formatWidth } from "./window-table.js";

/** What the terminal shows at the end of a run: the windows, the trend, and where the figures are. */
export function summaryText(
  rows: readonly WindowRow[],
  trends: readonly MethodTrend[],
  paths: readonly string[],
): string {
  const header = [
    "model",
    "params",
    "question",
    "method",
    "onset",
    "collapse",
    "width",
    "interval",
    "random collapse",
  ];
  const table = textTable(
    header,
    rows
      .filter(({ role }) => role === "method")
      .map((row) => {
        const shared = [row.model, formatParameters(row.parameters), row.question, row.method];
        if (row.result.kind === "not_estimated") return [...shared, row.result.reason];
        const { window, intervals } = row.result.estimate;
        const width = intervals.like_these ?? intervals.these;
        return [
          ...shared,
          formatEnd(window.onset),
          formatEnd(window.collapse),
          formatWidth(window.width),
          formatInterval(width?.window.width ?? null, formatSigned),
          row.control === null ? "\u2013" : formatEnd(row.control.collapse),
        ];
      }),
  );
  return [table, trendLines(trends).join("\n"), paths.join("\n")].filter((part) => part !== "").join("\n\n");
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
  const what = `Trend of width over size, ${method}, ${question ?? "all questions together"}`;
  if (trend.kind === "not_tested") return `${what}: not tested, ${trend.reason}.`;
  const tau = trend.tau === null ? "all widths tied" : `tau ${formatSigned(trend.tau)}`;
  return `${what}: ${tau}, p ${trend.p.toFixed(3)} (the smallest that ${trend.rungs} rungs could have given is ${trend.smallestP.toFixed(3)}).`;
}
