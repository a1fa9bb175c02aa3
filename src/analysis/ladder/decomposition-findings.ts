import type { Analysis } from "../../config/experiment.js";
import type { DoseOrder } from "../../statistics/decomposition/dose-units-order.js";
import { type TermMeans, termMeans } from "./decomposition-means.js";
import { type DecompositionRow, decompositionRows } from "./decomposition-rows.js";
import { doseOrders } from "./dose-orders.js";
import { type ChangeRow, changeRow } from "./ladder-changes.js";
import { type Ladder, type LadderWindow, ladders } from "./ladder-window.js";

/** Why the windows of one ladder closed. */
export interface LadderDecomposition {
  readonly ladder: Ladder;
  readonly rows: readonly DecompositionRow[];
  /** Null for a single rung. */
  readonly change: ChangeRow | null;
  readonly means: TermMeans;
  /** For each end, whether the order of the models depends on the unit. */
  readonly orders: readonly DoseOrder[];
}

export interface DecompositionFindings {
  readonly rows: readonly DecompositionRow[];
  readonly ladders: readonly LadderDecomposition[];
  /** Windows on a linear axis, which have no such terms. */
  readonly leftOut: number;
}

/** Why the windows closed, window by window and over each ladder. */
export function decompositionFindings(
  windows: readonly LadderWindow[],
  { confidence }: Pick<Analysis, "confidence">,
  seed: number,
): DecompositionFindings {
  const rows = decompositionRows(windows, confidence);
  return {
    rows,
    ladders: ladders(rows.map(({ window }) => window)).map((ladder) => {
      const own = rows.filter(({ window }) => ladder.windows.includes(window));
      return {
        ladder,
        rows: own,
        change: changeRow(ladder, own, confidence, seed),
        means: termMeans(own, confidence),
        orders: doseOrders(ladder, own),
      };
    }),
    leftOut: windows.length - rows.length,
  };
}
