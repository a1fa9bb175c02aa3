import type { PooledControls } from "../../../analysis/windows/pooled-controls.js";
import type { RowControl } from "../../../analysis/windows/row-control.js";
import { controlCollapse } from "../../../analysis/windows/row-control.js";
import type { WindowRow } from "../../../analysis/windows/window-rows.js";
import { formatEnd } from "../../words/ends.js";
import { formatInterval, formatRate, formatStrength } from "../../words/format.js";
import { type Block, table } from "../page.js";

const NONE = "\u2013";

/** What the random directions did beside each window. */
export function controlTable(rows: readonly WindowRow[]): Block {
  const withControl = rows.filter(({ control }) => control !== null);
  if (withControl.length === 0) return "No random directions were run.";
  return table(
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

/** All controls together. Empty without any. */
export function pooledControlsText({ hits, n, high }: PooledControls): string {
  if (n === 0) return "";
  return `All together, below their collapse: ${hits} strict target answers of ${n} (${formatRate(hits / n)}, upper bound ${formatRate(high)}).`;
}
