import type { Findings } from "../../analysis/findings.js";
import type { TrendRow } from "../../analysis/ladder/trend-rows.js";
import type { Fields } from "./csv.js";

/** The rows of trend.csv: one for each method, place of layer and estimand. */
export function trendRecords({ slopes }: Findings): Fields[] {
  return slopes.map(trendFields);
}

function trendFields(row: TrendRow): Fields {
  const { ladder, estimand, primary, verdict, trend, tail, adjustedTail, rank, adjustedRank } = row;
  const tested = rank?.kind === "tested" ? rank : null;
  return {
    method: ladder.method,
    capability: ladder.capability,
    layer_place: ladder.slot + 1,
    estimand,
    primary,
    verdict,
    not_fitted: trend.kind === "not_fitted" ? trend.reason : null,
    verdict_reason: row.reason,
    cells_never_steered: row.neverSteered,
    ...(trend.kind === "fitted" ? slopeFields(trend) : {}),
    slope_bounded: row.bounded?.mean ?? null,
    slope_low_bounded: row.bounded?.low ?? null,
    slope_high_bounded: row.bounded?.high ?? null,
    tail,
    tail_adjusted: adjustedTail,
    rank_tau: tested?.tau ?? null,
    rank_p: tested?.p ?? null,
    rank_p_adjusted: adjustedRank,
    rank_smallest_p: tested?.smallestP ?? null,
    rank_unknown: tested?.unknown ?? null,
    ...Object.fromEntries(row.split.map(({ source, sd }) => [`window_sd_${source}`, sd])),
    ...Object.fromEntries(row.split.map(({ source, share }) => [`window_share_${source}`, share])),
    sd_of_slope: row.purchases?.sd ?? null,
    sd_of_slope_floor: row.purchases?.floor ?? null,
    ...Object.fromEntries(
      (row.purchases?.options ?? [])
        .toSorted((a, b) => (a.purchase < b.purchase ? -1 : 1))
        .flatMap(({ purchase, cost, sd, halvings }) => [
          [`${purchase}_cost`, cost],
          [`${purchase}_sd`, sd],
          [`${purchase}_halvings`, halvings],
        ]),
    ),
  };
}

function slopeFields(trend: Extract<TrendRow["trend"], { kind: "fitted" }>): Fields {
  const { slope, spreads, sensitivity, cells } = trend;
  return {
    rungs: trend.rungs,
    questions: trend.questions,
    cells: cells.at,
    cells_below: cells.below,
    cells_above: cells.above,
    slope: slope.mean,
    slope_sd: slope.sd,
    slope_low: slope.low,
    slope_high: slope.high,
    slope_negative: slope.negative,
    sd_question: spreads.question?.median ?? null,
    sd_rung: spreads.rung.median,
    sd_rung_low: spreads.rung.low,
    sd_rung_high: spreads.rung.high,
    sd_interaction: spreads.interaction?.median ?? null,
    sd_vector: spreads.vector?.median ?? null,
    slope_low_half_prior: sensitivity[0]?.slope.low ?? null,
    slope_high_half_prior: sensitivity[0]?.slope.high ?? null,
    slope_low_double_prior: sensitivity[1]?.slope.low ?? null,
    slope_high_double_prior: sensitivity[1]?.slope.high ?? null,
    effective_draws: trend.effectiveDraws,
    r_hat: trend.rHat,
  };
}
