import type { WindowRow } from "../../../analysis/windows/window-rows.js";
import { formatWidth } from "../../words/ends.js";
import { formatInterval, formatName, formatSigned } from "../../words/format.js";

/** The width in words, for the line under a panel's title. */
export function verdictText({ headline, result, axis }: WindowRow): string {
  if (headline === null) return result.kind === "not_estimated" ? result.reason : "";
  const { width } = headline.window;
  if (width.name === "unplaced") return formatName(formatWidth(width));
  const interval = headline.intervals.these?.width ?? null;
  const unit = axis === "log" ? " octaves" : "";
  return `${width.empty ? "empty: " : ""}${formatSigned(width.value)}${unit} ${formatInterval(interval, formatSigned)}`;
}
