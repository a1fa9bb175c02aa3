import type { Analysis } from "../../config/experiment.js";
import { highestOf } from "../../statistics/extremes.js";
import { meanOf } from "../../statistics/moments.js";
import type { Trend } from "../../statistics/rank-trend/rank-trend.js";
import { benjaminiHochberg } from "../../statistics/trend/benjamini-hochberg.js";
import {
  type HierarchicalTrend,
  hierarchicalTrend,
  type SlopePosterior,
  trendSlope,
} from "../../statistics/trend/hierarchical-trend.js";
import type { TrendCell } from "../../statistics/trend/trend-options.js";
import { slopeTail, type TrendVerdict, trendVerdict } from "../../statistics/trend/trend-verdict.js";
import { type PurchasePlan, purchasePlan } from "../../statistics/trend/trend-verdict-purchase.js";
import { type VarianceComponent, varianceSplit } from "../../statistics/trend/variance-split.js";
import { type Ladder, type LadderWindow, ladders, rungsOf } from "./ladder-window.js";
import type { MethodTrend } from "./rank-trends.js";
import { type RungMean, rungMeans } from "./rung-means.js";
import { ESTIMAND_SCALES, type Estimand, estimandDraws, trendCells } from "./trend-cells.js";

/** The trend of one estimand over one ladder, and its basis. */
export interface TrendRow {
  readonly ladder: Ladder;
  readonly estimand: Estimand;
  readonly primary: boolean;
  readonly trend: HierarchicalTrend;
  readonly verdict: TrendVerdict;
  /** Why it cannot be told although the slope's interval alone would allow a verdict; else null. */
  readonly reason: string | null;
  /** Slopes nearer to 0 than this are of no interest to it. */
  readonly smallest: number;
  /** Two-sided tail of the slope, and adjusted for all ladders of this estimand; null where it is not fitted. */
  readonly tail: number | null;
  readonly adjustedTail: number | null;
  /** The rank permutation test of width, all questions together; null for other estimands. */
  readonly rank: Trend | null;
  /** Its p adjusted for all ladders. */
  readonly adjustedRank: number | null;
  readonly split: readonly VarianceComponent[];
  readonly purchases: PurchasePlan | null;
  readonly cells: readonly TrendCell[];
  /** Windows (or vectors) that are never steered: they have no width, and are no part of the slope. */
  readonly neverSteered: number;
  /** The slope if they were the narrowest of their question; null where there are none, or where it is not fitted. */
  readonly bounded: SlopePosterior | null;
  /** Empty where no slope is fitted. */
  readonly means: readonly RungMean[];
}

interface TrendRowOptions {
  readonly analysis: Pick<Analysis, "confidence" | "primary" | "frontier_loss" | "smallest_slope">;
  readonly seed: number;
  /** Draws kept of each chain. */
  readonly draws: number;
}

type Fitted = Omit<TrendRow, "verdict" | "reason" | "smallest" | "adjustedTail" | "adjustedRank">;

/** The primary estimand of every ladder, then its width where that is another. */
export function trendRows(
  windows: readonly LadderWindow[],
  ranks: readonly MethodTrend[],
  options: TrendRowOptions,
): TrendRow[] {
  const { primary, confidence, smallest_slope } = options.analysis;
  const estimands: readonly Estimand[] = primary === "width" ? ["width"] : [primary, "width"];
  return estimands.flatMap((estimand) => {
    const fitted = ladders(windows)
      .filter((ladder) =>
        ladder.windows.every(({ these }) => these.axis === "log" || estimand === "frontier"),
      )
      .map((ladder) => fitLadder(ladder, estimand, ranks, options));
    const tails = adjusted(fitted.map(({ tail }) => tail));
    const ps = adjusted(fitted.map(({ rank }) => (rank?.kind === "tested" ? rank.p : null)));
    return fitted.map((row, i): TrendRow => {
      const several = tails.filter((tail) => tail !== null).length > 1;
      const rule = {
        smallest: smallest_slope[estimand],
        alpha: 1 - confidence,
        adjusted: several ? (tails[i] ?? null) : null,
        bounded: row.bounded,
      };
      return {
        ...row,
        smallest: rule.smallest,
        ...trendVerdict(row.trend, rule),
        adjustedTail: tails[i] ?? null,
        adjustedRank: ps[i] ?? null,
      };
    });
  });
}

function fitLadder(
  ladder: Ladder,
  estimand: Estimand,
  ranks: readonly MethodTrend[],
  { analysis, seed, draws }: TrendRowOptions,
): Fitted {
  const { confidence, frontier_loss: loss } = analysis;
  const { method, capability, slot, windows } = ladder;
  const { cells, neverSteered, bounded } = trendCells(windows, estimand, loss);
  const trendOptions = {
    scale: ESTIMAND_SCALES[estimand].prior,
    confidence,
    key: `${seed}/${method}/${capability}/${slot}/${estimand}/trend`,
    draws,
  };
  const trend = hierarchicalTrend(cells, trendOptions);
  const split = varianceSplit(
    windows.flatMap((window) => {
      const these = estimandDraws(window, window.these, estimand, loss);
      const likeThese =
        window.likeThese === null ? null : estimandDraws(window, window.likeThese, estimand, loss);
      return these === null ? [] : [{ these, likeThese }];
    }),
    trend,
  );
  return {
    ladder,
    estimand,
    primary: estimand === analysis.primary,
    trend,
    tail: trend.kind === "fitted" ? slopeTail(trend.slope) : null,
    rank: estimand === "width" ? rankOf(ladder, ranks) : null,
    split,
    purchases: trend.kind === "fitted" ? purchases(ladder, trend, cells) : null,
    cells,
    neverSteered,
    bounded: trend.kind === "fitted" && bounded !== null ? trendSlope(bounded, trendOptions) : null,
    means: trend.kind === "fitted" ? rungMeans(windows, estimand, analysis) : [],
  };
}

/** All questions together, or the only one. */
function rankOf({ method, capability, slot }: Ladder, ranks: readonly MethodTrend[]): Trend | null {
  const own = ranks.filter(
    (rank) => rank.method === method && rank.capability === capability && rank.slot === slot,
  );
  return (own.find(({ question }) => question === null) ?? own[0])?.trend ?? null;
}

function purchases(
  { windows }: Ladder,
  trend: Extract<HierarchicalTrend, { kind: "fitted" }>,
  cells: readonly TrendCell[],
): PurchasePlan {
  const noise = cells.flatMap((cell) => (cell.kind === "at" ? [cell.sd ** 2] : []));
  return purchasePlan(trend, {
    sizes: rungsOf(windows).map(({ parameters }) => Math.log2(parameters)),
    questions: trend.questions,
    vectors: Math.max(1, highestOf(windows.map(({ vectors }) => vectors.length))),
    samplingVariance: meanOf(noise),
  });
}

/** Benjamini and Hochberg's adjustment of those that were tested. */
function adjusted(values: readonly (number | null)[]): (number | null)[] {
  const tested = values.flatMap((value, i) => (value === null ? [] : [{ value, i }]));
  const p = benjaminiHochberg(tested.map(({ value }) => value));
  return values.map((_, i) => {
    const at = tested.findIndex((other) => other.i === i);
    return at === -1 ? null : (p[at] ?? null);
  });
}
