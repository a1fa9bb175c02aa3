import { type HierarchicalTrend, MIXED, type SlopePosterior } from "./hierarchical-trend.js";

export type TrendVerdict = "shrinks" | "does not" | "cannot tell";

export interface JudgedTrend {
  readonly verdict: TrendVerdict;
  /** Why it cannot be told although the slope's interval alone would allow a verdict; else null. */
  readonly reason: string | null;
}

interface VerdictRule {
  /** The smallest slope of interest: positive, in the estimand's unit per doubling of parameters. */
  readonly smallest: number;
  /** 1 - confidence: what the adjusted tail must not exceed where several trends are tested. */
  readonly alpha: number;
  /** Two-sided tail of the slope, adjusted for the trends tested together; null where this is the only one. */
  readonly adjusted: number | null;
  /** The slope if windows that are never steered were the narrowest of their question; null where all are steered. */
  readonly bounded: SlopePosterior | null;
}

/**
 * `shrinks`: the slope's interval lies below 0 under every prior of the rungs' spread, the adjusted tail is at most alpha
 * where several trends are tested, and windows that are never steered would not turn the slope's sign. `does not`: the
 * interval lies above -smallest under every prior and with never steered windows as the narrowest, so that any shrinking
 * is too slow to be of interest. Otherwise, or where the chains have not mixed, `cannot tell`. Where both hold, the
 * verdict is `shrinks`.
 */
export function trendVerdict(trend: HierarchicalTrend, rule: VerdictRule): JudgedTrend {
  if (trend.kind === "not_fitted") return cannotTell(trend.reason);
  const { smallest, alpha, adjusted, bounded } = rule;
  const { slope, sensitivity, rHat } = trend;
  if (rHat >= MIXED) return cannotTell(`its chains have not mixed (R-hat ${rHat.toFixed(2)})`);
  const others = sensitivity.map((one) => one.slope);
  const falls = ({ high }: SlopePosterior) => high < 0;
  const stays = ({ low }: SlopePosterior) => low > -smallest;
  const significant = (adjusted ?? 0) <= alpha;
  const agrees = bounded === null || bounded.mean < 0;
  if (falls(slope) && others.every(falls) && significant && agrees)
    return { verdict: "shrinks", reason: null };
  if (stays(slope) && others.every(stays) && (bounded === null || stays(bounded))) {
    return { verdict: "does not", reason: null };
  }
  if (!falls(slope) && !stays(slope)) return cannotTell(null);
  if (falls(slope) && !significant) {
    return cannotTell("several trends were tested, and this one does not stand among them");
  }
  const byPrior = falls(slope) ? !others.every(falls) : !others.every(stays);
  return cannotTell(
    byPrior
      ? "it depends on the prior of the rungs' spread"
      : "it depends on where windows that are never steered are put",
  );
}

function cannotTell(reason: string | null): JudgedTrend {
  return { verdict: "cannot tell", reason };
}

/** Twice the smaller posterior tail of the slope about 0: what stands in for a p value among several trends. */
export function slopeTail({ negative }: SlopePosterior): number {
  return 2 * Math.min(negative, 1 - negative);
}
