import type { MethodTrend } from "../../../analysis/trends.js";
import { formatP, formatRankP, formatSigned } from "../format.js";
import { markdownTable } from "../markdown-table.js";

const NONE = "\u2013";

/** Rank trends over the ladder, each with the smallest p it could have had. */
export function trendTable(trends: readonly MethodTrend[]): string {
  return markdownTable(
    ["method", "question", "rungs", "tau", "p", "smallest p possible"],
    trends.map(({ method, question, trend }) => [
      method,
      question ?? "all together",
      ...(trend.kind === "tested"
        ? [
            String(trend.rungs),
            trend.tau === null ? "all tied" : formatSigned(trend.tau),
            formatRankP(trend),
            formatP(trend.smallestP),
          ]
        : [trend.reason, NONE, NONE, NONE]),
    ]),
  );
}
