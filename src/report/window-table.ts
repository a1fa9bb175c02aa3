import type { Estimate } from "../statistics/estimate.js";
import type { Collapse, Onset, Width } from "../statistics/fitted-window.js";
import { widthName } from "../statistics/window-interval.js";
import {
  formatInterval,
  formatName,
  formatParameters,
  formatRate,
  formatSigned,
  formatStrength,
} from "./format.js";
import { markdownTable } from "./markdown-table.js";
import type { WindowRow } from "./window-rows.js";

const NONE = "\u2013";

/** The project's windows of one sweep, a row a model. */
export function windowTable(rows: readonly WindowRow[]): string {
  const header = [
    "model",
    "parameters",
    "layer",
    "onset",
    "collapse",
    "width (octaves)",
    "these tasks",
    "tasks like these",
    "P(window)",
    "T",
    "T, these tasks",
    "random collapse",
    "collapse / random",
  ];
  const linear = rows.some(({ axis }) => axis === "linear");
  return markdownTable(
    linear ? header.map((title) => title.replace("octaves", "strength")) : header,
    rows.map((row) => [
      row.model,
      formatParameters(row.parameters),
      row.layer === null ? NONE : String(row.layer),
      ...(row.result.kind === "estimated"
        ? estimateCells(row, row.result.estimate)
        : [row.result.reason, ...Array<string>(9).fill(NONE)]),
    ]),
  );
}

function estimateCells(row: WindowRow, { window, intervals, frontier }: Estimate): string[] {
  const { these, like_these } = intervals;
  const limited = these?.window.gridLimited;
  const random = row.control?.collapse;
  const ratio =
    random?.name === "at" && window.collapse.name === "at"
      ? window.collapse.strength / random.strength
      : null;
  return [
    `${formatEnd(window.onset)} ${formatInterval(these?.window.onset ?? null, formatStrength)}${limited?.onset ? "\u2020" : ""}`,
    `${formatEnd(window.collapse)} ${formatInterval(these?.window.collapse ?? null, formatStrength)}${limited?.collapse ? "\u2020" : ""}`,
    formatWidth(window.width),
    formatInterval(these?.window.width ?? null, formatSigned),
    formatInterval(like_these?.window.width ?? null, formatSigned),
    these === null ? NONE : formatRate(these.window.windowShare),
    frontier.gain === null ? NONE : formatSigned(frontier.gain),
    formatInterval(these?.gain ?? null, formatSigned),
    random === undefined ? NONE : formatEnd(random),
    ratio === null ? NONE : formatRate(ratio),
  ];
}

/** A strength, or the name of what it is not. */
export function formatEnd(end: Onset | Collapse): string {
  return end.name === "at" ? formatStrength(end.strength) : formatName(end.name);
}

/** Signed octaves with *empty*, or names. */
export function formatWidth(width: Width): string {
  if (width.name === "unplaced") return formatName(widthName(width.reasons));
  return `${formatSigned(width.value)}${width.empty ? " (empty)" : ""}`;
}
