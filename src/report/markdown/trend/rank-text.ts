import type { MethodTrend } from "../../../analysis/ladder/rank-trends.js";
import { inLine } from "../../../text/foreign-text.js";
import { formatP, formatSigned } from "../../words/format.js";

/** One sentence on a trend, with the smallest p it could have had. */
export function rankSentence({ method, question, trend }: MethodTrend): string {
  const what = `Trend of width over size, ${method}, ${question === null ? "all questions together" : inLine(question)}`;
  if (trend.kind === "not_tested") return `${what}: not tested, ${trend.reason}.`;
  const tau = trend.tau === null ? "all widths tied" : `tau ${formatSigned(trend.tau)}`;
  const could =
    trend.drawn === null ? `${trend.rungs} rungs` : `${trend.drawn} random orders of ${trend.rungs} rungs`;
  const unknown = trend.unknown === 0 ? "" : ` ${unranked(trend.unknown)}`;
  return `${what}: ${tau}, p ${formatP(trend.p)} (the smallest that ${could} could have given is ${formatP(trend.smallestP)}).${unknown}`;
}

function unranked(widths: number): string {
  return widths === 1
    ? "1 width has no rank and counts as a tie."
    : `${widths} widths have no rank and count as ties.`;
}
