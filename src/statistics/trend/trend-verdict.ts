import type { HierarchicalTrend, SlopePosterior } from "./hierarchical-trend.js";

export type TrendVerdict = "shrinks" | "does not" | "cannot tell";

interface VerdictRule {
  /** The smallest slope of interest: positive, in the estimand's unit per doubling of parameters. */
  readonly smallest: number;
  /** 1 - confidence: what the adjusted tail must not exceed where several trends are tested. */
  readonly alpha: number;
  /** Two-sided tail of the slope, adjusted for the trends tested together; null where this is the only one. */
  readonly adjusted: number | null;
}

/**
 * `shrinks`: the slope's interval lies below 0 and, where several trends are tested, the adjusted tail is at most alpha.
 * `does not`: the interval lies above -smallest, so that any shrinking is too slow to be of interest. Otherwise `cannot
 * tell`. Where both hold, the verdict is `shrinks`.
 */
export function trendVerdict(
  trend: HierarchicalTrend,
  { smallest, alpha, adjusted }: VerdictRule,
): TrendVerdict {
  if (trend.kind === "not_fitted") return "cannot tell";
  const { low, high } = trend.slope;
  if (high < 0 && (adjusted ?? 0) <= alpha) return "shrinks";
  return low > -smallest ? "does not" : "cannot tell";
}

/** Twice the smaller posterior tail of the slope about 0: what stands in for a p value among several trends. */
export function slopeTail({ negative }: SlopePosterior): number {
  return 2 * Math.min(negative, 1 - negative);
}
