import type { RowControl } from "../../../analysis/row-control.js";
import { controlCollapse } from "../../../analysis/row-control.js";
import type { WindowRow } from "../../../analysis/window-rows.js";
import { wilsonInterval } from "../../../statistics/wilson.js";
import { formatInterval, formatRate, formatStrength } from "../format.js";
import { markdownTable } from "../markdown-table.js";
import { formatEnd } from "./window-table.js";

const NONE = "\u2013";

/** What the random directions did beside each window. */
export function controlTable(rows: readonly WindowRow[]): string {
  const withControl = rows.filter(({ control }) => control !== null);
  if (withControl.length === 0) return "No random directions were run.";
  return markdownTable(
    [
      "question",
      "method",
      "model",
      "control",
      "collapse",
      "of each draw",
      "target below collapse",
      "upper bound",
    ],
    withControl.map(({ question, method, model, control }) => {
      const share = control?.targetBelowCollapse;
      return [
        question,
        method,
        model,
        control?.method ?? NONE,
        control === null ? NONE : collapseCell(control),
        control?.drawCollapses.map(formatEnd).join("; ") ?? NONE,
        share === undefined ? NONE : `${share.hits} of ${share.n}`,
        share?.interval === undefined || share.interval === null ? NONE : formatRate(share.interval.high),
      ];
    }),
  );
}

function collapseCell(control: RowControl): string {
  const interval = control.posterior.these?.intervals.collapse ?? null;
  const end = formatEnd(controlCollapse(control));
  return interval === null ? end : `${end} ${formatInterval(interval, formatStrength)}`;
}

/** All controls together, each counted once: what strength alone brings about below the collapse. Empty without any. */
export function pooledControls(rows: readonly WindowRow[], confidence: number): string {
  const shares = new Map(
    rows.flatMap(({ model, question, layer, capability, control }) =>
      control === null
        ? []
        : [
            [
              JSON.stringify([control.method, model, question, layer, capability]),
              control.targetBelowCollapse,
            ] as const,
          ],
    ),
  );
  const hits = [...shares.values()].reduce((sum, share) => sum + share.hits, 0);
  const n = [...shares.values()].reduce((sum, share) => sum + share.n, 0);
  if (n === 0) return "";
  const { high } = wilsonInterval(hits, n, confidence);
  return `All together, below their collapse: ${hits} strict target answers of ${n} (${formatRate(hits / n)}, upper bound ${formatRate(high)}).`;
}
