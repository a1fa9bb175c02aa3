import { widthUnit } from "../../../analysis/width-unit.js";
import type { Headline } from "../../../analysis/windows/headline.js";
import { controlCollapse } from "../../../analysis/windows/row-control.js";
import type { WindowRow } from "../../../analysis/windows/window-rows.js";
import { formatEnd, formatWidth } from "../../words/ends.js";
import {
  formatInterval,
  formatParameters,
  formatRate,
  formatSigned,
  formatStrength,
} from "../../words/format.js";
import { type Table, table } from "../page.js";

const NONE = "\u2013";

/** The windows of one sweep, one row for each model. */
export function windowTable(rows: readonly WindowRow[]): Table {
  const unit = widthUnit(rows.map(({ axis }) => axis));
  const header = [
    "model",
    "parameters",
    "layer",
    "onset",
    "collapse",
    `width (${unit})`,
    "these tasks",
    "tasks like these",
    "P(window)",
    "T",
    "T, these tasks",
    "random collapse",
    "collapse / random",
  ];
  return table(
    header,
    rows.map((row) => [
      row.model,
      formatParameters(row.parameters),
      row.layer === null ? NONE : String(row.layer),
      ...(row.headline === null ? notEstimated(row, 10) : headlineCells(row, row.headline)),
    ]),
  );
}

function headlineCells(
  row: WindowRow,
  { window, intervals, windowProbability, frontier }: Headline,
): string[] {
  const { these, like_these } = intervals;
  const random = row.control === null ? undefined : controlCollapse(row.control);
  const ratio =
    random?.name === "at" && window.collapse.name === "at"
      ? window.collapse.strength / random.strength
      : null;
  const end = (name: "onset" | "collapse") =>
    `${formatEnd(window[name])} ${formatInterval(these?.[name] ?? null, formatStrength)}${these?.gridLimited[name] ? "\u2020" : ""}`;
  return [
    end("onset"),
    end("collapse"),
    formatWidth(window.width),
    formatInterval(these?.width ?? null, formatSigned),
    formatInterval(like_these?.width ?? null, formatSigned),
    windowProbability.these === null ? NONE : formatRate(windowProbability.these),
    frontier.gain === null ? NONE : formatSigned(frontier.gain),
    formatInterval(frontier.gains.these, formatSigned),
    random === undefined ? NONE : formatEnd(random),
    ratio === null ? NONE : formatRate(ratio),
  ];
}

/** Why nothing was estimated, and dashes in the other cells. */
export function notEstimated({ result }: WindowRow, cells: number): string[] {
  const reason = result.kind === "not_estimated" ? result.reason : NONE;
  return [reason, ...Array<string>(cells - 1).fill(NONE)];
}
