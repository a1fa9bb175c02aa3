import { ladderName } from "../../../analysis/ladder/ladder-window.js";
import { ESTIMAND_SCALES } from "../../../analysis/ladder/trend-cells.js";
import type { TrendRow } from "../../../analysis/ladder/trend-rows.js";
import { formatInterval, formatSigned, formatStrength } from "../../words/format.js";

/** The trend's name and verdict, the slope behind it, and what to buy next. */
export function verdictSentence(row: TrendRow): string {
  const { ladder, estimand, trend, verdict, smallest, reason } = row;
  const what = `${estimand === "frontier" ? "T" : estimand} over size, ${ladderName(ladder)}`;
  if (trend.kind === "not_fitted") return `${what}: cannot tell, ${trend.reason}.`;
  const { unit } = ESTIMAND_SCALES[estimand];
  const { slope } = trend;
  const rule =
    verdict === "does not"
      ? ` (no faster than ${smallest} a doubling)`
      : verdict === "shrinks" && slope.low > -smallest
        ? ` (more slowly than ${smallest} a doubling)`
        : reason === null
          ? ""
          : ` (${reason})`;
  return [
    `${what}: ${verdict}${rule}; slope ${formatSigned(slope.mean)} ${formatInterval(slope, formatSigned)} ${unit} per doubling of parameters, ${trend.rungs} rungs, P(slope < 0) ${slope.negative.toFixed(2)}.`,
    neverSteeredSentence(row),
    purchaseSentence(row),
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function neverSteeredSentence({ neverSteered, bounded }: TrendRow): string {
  if (neverSteered === 0) return "";
  const windows = neverSteered === 1 ? "1 window that is" : `${neverSteered} windows that are`;
  const slope =
    bounded === null
      ? ""
      : `; with them as the narrowest of their question, the slope would be ${formatInterval(bounded, formatSigned)}`;
  return `Without ${windows} never steered${slope}.`;
}

function purchaseSentence({ purchases }: TrendRow): string {
  const [best] = purchases?.options ?? [];
  if (purchases === null || best === undefined || best.sd === null) return "";
  return `Next best purchase: ${best.addition} (sd of the slope ${formatStrength(purchases.sd)} to ${formatStrength(best.sd)} for ${Math.round(best.cost * 100)} % more samples); with any number of questions these rungs leave ${formatStrength(purchases.floor)}.`;
}
