import type { Findings } from "../../../analysis/findings.js";
import { type Block, listOf } from "../page.js";
import { contrastTable } from "./contrast-table.js";
import { purchaseTable, slopeTable, splitTable, spreadTable } from "./slope-table.js";
import { verdictSentence } from "./verdict-text.js";

/** Whether the windows shrink with size, what their widths vary by, and what to buy next. Empty without a ladder. */
export function trendSection({ slopes, contrasts, settings }: Findings): Block[] {
  return [
    ...(slopes.length === 0 ? [] : slopeBlocks(slopes)),
    ...(contrasts.length === 0
      ? []
      : [
          "## Contrasts",
          "The pairs named before data; mean over questions, intervals for these items.",
          contrastTable(contrasts, settings.frontier_loss),
        ]),
  ];
}

function slopeBlocks(rows: Findings["slopes"]): Block[] {
  return [
    "## Slope over the ladder",
    listOf(rows.map(verdictSentence)),
    "Rungs have an effect of their own in the model, so the slope is as uncertain as its few rungs make it, whatever the number of questions. Windows that never collapse enter as bounds; windows that are never steered have no width and are left out, with the slope that they would make beside it.",
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
}
