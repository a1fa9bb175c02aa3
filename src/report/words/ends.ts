import type { Collapse, Onset, Width } from "../../statistics/fit/fitted-window.js";
import { widthName } from "../../statistics/fit/window-interval.js";
import { formatName, formatSigned, formatStrength } from "./format.js";

/** A strength, or the name of an end without one. */
export function formatEnd(end: Onset | Collapse): string {
  return end.name === "at" ? formatStrength(end.strength) : formatName(end.name);
}

/** Signed octaves with *empty*, or names. */
export function formatWidth(width: Width): string {
  if (width.name === "unplaced") return formatName(widthName(width.reasons));
  return `${formatSigned(width.value)}${width.empty ? " (empty)" : ""}`;
}
