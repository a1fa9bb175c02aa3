import type { WindowRow } from "../../../analysis/windows/window-rows.js";
import { formatEnd, formatWidth } from "../../words/ends.js";
import { formatInterval, formatSigned, formatStrength } from "../../words/format.js";
import { type Block, table } from "../page.js";

/** The monotone fits with their bootstrap beside the posterior. Empty where they are the headline themselves. */
export function fitTable(rows: readonly WindowRow[]): Block[] {
  const beside = rows.filter(({ headline }) => headline?.estimator === "posterior");
  if (beside.length === 0) return [];
  return [
    "## Monotone fits with bootstrap intervals",
    "A second estimate of the same windows that assumes no shape but rising and falling, read between the tested strengths. Intervals: these tasks. \u2020: widened to the step of the tested strengths.",
    table(
      ["question", "method", "model", "onset", "collapse", "width", "interval"],
      beside.map(({ question, method, model, result }) => {
        if (result.kind === "not_estimated") return [question, method, model, result.reason, "", "", ""];
        const { window, intervals } = result.estimate;
        const these = intervals.these?.window;
        const end = (name: "onset" | "collapse") =>
          `${formatEnd(window[name])} ${formatInterval(these?.[name] ?? null, formatStrength)}${these?.gridLimited[name] ? "\u2020" : ""}`;
        const width = formatInterval(these?.width ?? null, formatSigned);
        return [question, method, model, end("onset"), end("collapse"), formatWidth(window.width), width];
      }),
    ),
  ];
}
