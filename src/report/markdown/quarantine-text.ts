import {
  countText,
  type QuarantinedPiece,
  quarantineCount,
  quarantineReasons,
} from "../../store/quarantine.js";
import { inLine } from "../../text/foreign-text.js";

/** The fault in words. */
export const WHOSE_FAULT = { machine: "the machine's", sample: "their own" } as const;

/** What is missing and why, one line for each reason, and what to do about it; empty if nothing is missing. */
export function quarantineText(pieces: readonly QuarantinedPiece[]): string {
  if (pieces.length === 0) return "";
  const reasons = quarantineReasons(pieces);
  return [
    `Quarantined, and missing from every number here: ${quarantineCount(pieces)}.`,
    ...reasons.map(
      (one) => `  ${countText(one)}, by ${WHOSE_FAULT[one.fault]} fault (${one.code}): ${inLine(one.reason)}`,
    ),
    ...(reasons.some(({ fault }) => fault === "machine")
      ? ["The command that made the run tries once more what was the machine's fault."]
      : []),
  ].join("\n");
}
