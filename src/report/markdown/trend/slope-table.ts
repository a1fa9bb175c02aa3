import { ladderName } from "../../../analysis/ladder/ladder-window.js";
import type { TrendRow } from "../../../analysis/ladder/trend-rows.js";
import type { SpreadPosterior } from "../../../statistics/trend/hierarchical-trend.js";
import {
  formatInterval,
  formatP,
  formatRankP,
  formatRate,
  formatSigned,
  formatStrength,
} from "../../words/format.js";
import { type Table, table } from "../page.js";

const NONE = "\u2013";

/** Slopes per doubling of parameters, their verdicts, and the rank test beside them. */
export function slopeTable(rows: readonly TrendRow[]): Table {
  return table(
    [
      "method",
      "estimand",
      "rungs",
      "questions",
      "slope per doubling",
      "P(slope < 0)",
      "adjusted",
      "rank p",
      "smallest p possible",
      "verdict",
    ],
    rows.map(({ ladder, estimand, trend, verdict, adjustedTail, rank }) => {
      const [p, smallest] =
        rank?.kind === "tested" ? [formatRankP(rank), formatP(rank.smallestP)] : [NONE, NONE];
      const shared = [ladderName(ladder), estimand];
      if (trend.kind === "not_fitted")
        return [...shared, NONE, NONE, trend.reason, NONE, NONE, p, smallest, verdict];
      const { slope } = trend;
      return [
        ...shared,
        String(trend.rungs),
        String(trend.questions),
        `${formatSigned(slope.mean)} ${formatInterval(slope, formatSigned)}`,
        formatRate(slope.negative),
        adjustedTail === null ? NONE : adjustedTail.toFixed(3),
        p,
        smallest,
        verdict,
      ];
    }),
  );
}

/** How far the slope depends on the prior of the rungs' spread, and the spreads. */
export function spreadTable(rows: readonly TrendRow[]): Table {
  return table(
    [
      "method",
      "estimand",
      "sd: question",
      "rung",
      "question at a rung",
      "vector",
      "slope, prior half as wide",
      "twice as wide",
    ],
    rows.flatMap(({ ladder, estimand, trend }) => {
      if (trend.kind === "not_fitted") return [];
      const { question, rung, interaction, vector } = trend.spreads;
      const [half, twice] = trend.sensitivity;
      return [
        [
          ladderName(ladder),
          estimand,
          ...[question, rung, interaction, vector].map(formatSpread),
          half === undefined ? NONE : formatInterval(half.slope, formatSigned),
          twice === undefined ? NONE : formatInterval(twice.slope, formatSigned),
        ],
      ];
    }),
  );
}

function formatSpread(spread: SpreadPosterior | null): string {
  return spread === null ? NONE : `${formatRate(spread.median)} ${formatInterval(spread, formatRate)}`;
}

/** The sources of variance of one window if it were measured again. */
export function splitTable(rows: readonly TrendRow[]): Table {
  return table(
    ["method", "estimand", "source", "sd", "share of the variance"],
    rows.flatMap(({ ladder, estimand, split }) =>
      split.map(({ source, sd, share, missing }) => [
        ladderName(ladder),
        estimand,
        source,
        sd === null ? (missing ?? NONE) : formatRate(sd),
        share === null ? NONE : formatRate(share),
      ]),
    ),
  );
}

/** What each addition would do to the slope's sd, by the same samples. */
export function purchaseTable(rows: readonly TrendRow[]): Table {
  return table(
    [
      "method",
      "estimand",
      "addition",
      "samples more",
      "sd of the slope",
      "after it",
      "halvings per doubling of samples",
    ],
    rows.flatMap(({ ladder, estimand, purchases }) =>
      (purchases?.options ?? []).map(({ addition, cost, sd, halvings }) => [
        ladderName(ladder),
        estimand,
        addition,
        `+${Math.round(cost * 100)} %`,
        formatStrength(purchases?.sd ?? 0),
        sd === null ? "not known" : formatStrength(sd),
        halvings === null ? NONE : formatRate(halvings),
      ]),
    ),
  );
}
