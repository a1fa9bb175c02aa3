import type { Findings } from "../../../analysis/findings.js";
import { ladderName } from "../../../analysis/ladder/ladder-window.js";
import { type Block, listOf } from "../page.js";
import { changeSentence } from "./change-text.js";
import { decompositionTable } from "./decomposition-table.js";
import { doseTable } from "./dose-table.js";
import { orderSentence } from "./order-text.js";

/** Why the windows closed, and where their ends lie in four units. Empty without windows on a log axis. */
export function decompositionSection({ decomposition }: Findings): Block[] {
  const { rows, ladders, leftOut } = decomposition;
  if (rows.length === 0) return [];
  return [
    "## Why it closed",
    "log2 window = specificity (collapse of the vector over collapse of random directions of the same norm) + tolerance (collapse of these random directions) \u2212 onset, in octaves of the strength's unit. Predicted onset: unsteered margin over gain at small strength, from forward passes alone; unexplained: onset minus that. A term that half of the posterior's draws have no number for has their name; the others are means over the draws in which all of them are numbers, so that they add up. Intervals: these items.",
    ...(leftOut === 0 ? [] : [`${leftOut} windows on a linear axis have no such terms.`]),
    decompositionTable(rows),
    listOf(ladders.flatMap(({ change }) => (change === null ? [] : [changeSentence(change)]))),
    "### In other units",
    "`raw`: multiples of the vector; `resid`: shares of the residual norm; `tol`: multiples of the strength at which random directions collapse; `kl`: nats on neutral text, not extrapolated. The width in octaves is the same in the first three.",
    doseTable(rows),
    listOf(
      ladders.flatMap(({ ladder, orders }) =>
        orders.map((order) => `${ladderName(ladder)}: ${orderSentence(order)}`),
      ),
    ),
  ];
}
