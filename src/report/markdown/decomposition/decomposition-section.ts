import { type DecompositionRow, decompositionRows } from "../../../analysis/ladder/decomposition-rows.js";
import { type LadderWindow, ladderName, ladders } from "../../../analysis/ladder/ladder-window.js";
import type { Analysis } from "../../../config/experiment.js";
import type { DoseOrder } from "../../../statistics/decomposition/dose-units-order.js";
import { decompositionCsv } from "../../csv/decomposition-csv.js";
import { decompositionFigure } from "../../figures/decomposition-figure.js";
import type { Figure } from "../../figures/figures.js";
import { type ChangeRow, changeRow, changeSentence } from "./change-text.js";
import { decompositionTable } from "./decomposition-table.js";
import { doseOrders, doseTable } from "./dose-table.js";

export interface DecompositionInput {
  readonly windows: readonly LadderWindow[];
  readonly analysis: Pick<Analysis, "confidence">;
  readonly seed: number;
}

export interface DecompositionSection {
  readonly rows: readonly DecompositionRow[];
  readonly changes: readonly ChangeRow[];
  readonly orders: readonly DoseOrder[];
  /** decomposition.csv; empty where there are no rows. */
  readonly csv: string;
  /** A section of a page, its heading included; empty where there are no rows. */
  readonly markdown: string;
  /** One a method and place of layer. */
  readonly figures: readonly Figure[];
  /** One a ladder: which terms carry the change of its width. */
  readonly sentences: readonly string[];
}

/** Why the windows closed, and where their ends lie in four units. */
export function decompositionSection({ windows, analysis, seed }: DecompositionInput): DecompositionSection {
  const rows = decompositionRows(windows, analysis.confidence);
  if (rows.length === 0) {
    return { rows, changes: [], orders: [], csv: "", markdown: "", figures: [], sentences: [] };
  }
  const all = ladders(rows.map(({ window }) => window));
  const changes = all.flatMap((ladder) => changeRow(ladder, rows, analysis.confidence, seed) ?? []);
  const sentences = changes.map(changeSentence);
  const orders = all.map((ladder) => ({ ladder, orders: doseOrders(ladder, rows) }));
  const left = windows.length - rows.length;
  const markdown = [
    "## Why it closed",
    "log2 window = specificity (collapse of the vector over collapse of random directions of the same norm) + tolerance (collapse of these random directions) \u2212 onset, in octaves of the strength's unit. Predicted onset: unsteered margin over gain at small strength, from forward passes alone; unexplained: onset minus that. Means over the posterior's draws where all are numbers, so that the terms add up; else medians. Intervals: these items.",
    ...(left === 0 ? [] : [`${left} windows on a linear axis have no such terms.`]),
    decompositionTable(rows),
    sentences.map((sentence) => `- ${sentence}`).join("\n"),
    "### In other units",
    "`raw`: multiples of the vector; `resid`: shares of the residual norm; `tol`: multiples of the strength at which random directions collapse; `kl`: nats on neutral text, not extrapolated. The width in octaves is the same in the first three.",
    doseTable(rows),
    orders
      .flatMap(({ ladder, orders: of }) => of.map(({ sentence }) => `- ${ladderName(ladder)}: ${sentence}`))
      .join("\n"),
  ];
  return {
    rows,
    changes,
    orders: orders.flatMap((of) => of.orders),
    csv: decompositionCsv(rows),
    markdown: markdown.filter((part) => part !== "").join("\n\n"),
    figures: all.map((ladder, i) => ({
      name: `decomposition${i === 0 ? "" : `.${[ladder.method, ladder.capability, ...(ladder.slot === 0 ? [] : [`layer-${ladder.slot + 1}`])].join(".")}`}`,
      spec: decompositionFigure(
        ladderName(ladder),
        rows.filter(({ window }) => ladder.windows.includes(window)),
        analysis.confidence,
      ),
    })),
    sentences,
  };
}
