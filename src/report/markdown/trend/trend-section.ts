import type { LadderWindow } from "../../../analysis/ladder/ladder-window.js";
import { type TrendRow, trendRows } from "../../../analysis/ladder/trend-rows.js";
import type { MethodTrend } from "../../../analysis/trends.js";
import type { Analysis } from "../../../config/experiment.js";
import { trendCsv } from "../../csv/trend-csv.js";
import type { Figure } from "../../figures/figures.js";
import { trendFigure } from "../../figures/trend-figure.js";
import { type ContrastRow, contrastRows, contrastTable } from "./contrasts.js";
import { purchaseTable, slopeTable, splitTable, spreadTable } from "./slope-table.js";
import { verdictSentence } from "./verdict-text.js";

/** Draws kept of each of the four chains. */
const DRAWS = 500;

export interface TrendInput {
  readonly windows: readonly LadderWindow[];
  /** Rank trends of the same windows. */
  readonly ranks: readonly MethodTrend[];
  readonly analysis: Pick<
    Analysis,
    "confidence" | "primary" | "frontier_loss" | "smallest_slope" | "contrasts"
  >;
  readonly seed: number;
}

export interface TrendSection {
  readonly rows: readonly TrendRow[];
  /** Of the pairs named in the analysis, and of no others. */
  readonly contrasts: readonly ContrastRow[];
  /** trend.csv; empty where there are no rows. */
  readonly csv: string;
  /** A section of a page, its heading included; empty where there are no rows. */
  readonly markdown: string;
  /** One a method, place of layer and estimand. */
  readonly figures: readonly Figure[];
  /** The verdicts in words, the primary estimand's first. */
  readonly sentences: readonly string[];
}

/** Whether the windows shrink with size, what their widths vary by, and what to buy next. */
export function trendSection({ windows, ranks, analysis, seed }: TrendInput): TrendSection {
  const rows = trendRows(windows, ranks, { analysis, seed, draws: DRAWS });
  const contrasts = contrastRows(windows, analysis);
  const sentences = rows.map(verdictSentence);
  const parts =
    rows.length === 0
      ? []
      : [
          "## Slope over the ladder",
          sentences.map((sentence) => `- ${sentence}`).join("\n"),
          "Rungs have an effect of their own in the model, so the slope is as uncertain as its few rungs make it, whatever the number of questions. Windows without a number enter as bounds.",
          slopeTable(rows),
          ...(rows.some(({ trend }) => trend.kind === "fitted")
            ? [
                "With few rungs the prior of the rungs' sd matters; beside the spreads stands the slope's interval under priors half and twice as wide.",
                spreadTable(rows),
              ]
            : []),
          "### What a window varies by",
          splitTable(rows),
          ...(rows.some(({ purchases }) => purchases !== null)
            ? [
                "### What to buy next",
                "Samples of all models count alike, and training a rung or a seed is not counted. Seeds are taken to make all of the rungs' own spread, the most that they could help.",
                purchaseTable(rows),
              ]
            : []),
        ];
  const compared =
    contrasts.length === 0
      ? []
      : [
          "## Contrasts",
          "The pairs named before data; mean over questions, intervals for these items.",
          contrastTable(contrasts, analysis.frontier_loss),
        ];
  return {
    rows,
    contrasts,
    csv: rows.length === 0 ? "" : trendCsv(rows),
    markdown: [...parts, ...compared].join("\n\n"),
    figures: rows.flatMap((row, i) => {
      const spec = trendFigure(row, analysis);
      return spec === null ? [] : [{ name: figureName(row, i), spec }];
    }),
    sentences,
  };
}

function figureName({ ladder, estimand }: TrendRow, i: number): string {
  const layer = ladder.slot === 0 ? [] : [`layer-${ladder.slot + 1}`];
  return i === 0 ? "trend" : ["trend", ladder.method, ladder.capability, ...layer, estimand].join(".");
}
