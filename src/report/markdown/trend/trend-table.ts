import type { MethodTrend } from "../../../analysis/ladder/rank-trends.js";
import { formatP, formatRankP, formatSigned } from "../../words/format.js";
import { type Table, table } from "../page.js";

const NONE = "\u2013";

/** Rank trends over the ladder, each with the smallest p it could have had. */
export function trendTable(trends: readonly MethodTrend[]): Table {
  return table(
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
