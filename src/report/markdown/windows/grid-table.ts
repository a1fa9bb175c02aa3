import type { WindowRow } from "../../../analysis/windows/window-rows.js";
import type { Estimate } from "../../../statistics/fit/estimate.js";
import { formatInterval, formatName, formatSigned, formatStrength, formatValue } from "../../words/format.js";
import { type Table, table } from "../page.js";

const NONE = "\u2013";

/** The post's own numbers, one row for each curve. */
export function gridTable(rows: readonly WindowRow[]): Table {
  return table(
    [
      "question",
      "method",
      "model",
      "first any",
      "first majority",
      "last capable",
      "width",
      "interval",
      "unit",
    ],
    rows.map(({ question, method, model, unit, result }) => {
      if (result.kind === "not_estimated")
        return [question, method, model, ...Array<string>(5).fill(NONE), unit ?? NONE];
      const { grid, intervals } = result.estimate;
      return [
        question,
        method,
        model,
        formatValue(grid.firstAny, formatStrength),
        formatValue(grid.firstMajority, formatStrength),
        `${formatValue(grid.lastCapable, formatStrength)}${grid.capableAtHighest ? " (highest tested)" : ""}`,
        gridWidth(grid),
        formatInterval(intervals.these?.grid.width ?? null, formatSigned),
        unit ?? NONE,
      ];
    }),
  );
}

function gridWidth({ width, capableAtHighest, firstMajority, lastCapable }: Estimate["grid"]): string {
  if (width !== null) return `${capableAtHighest ? "\u2265 " : ""}${formatSigned(width)}`;
  return formatName(typeof firstMajority === "string" ? firstMajority : String(lastCapable));
}
