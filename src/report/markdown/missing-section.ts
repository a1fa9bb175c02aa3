import type { Missing } from "../../analysis/findings.js";
import type { MissingScores } from "../../analysis/missing-scores.js";
import { quarantineReasons } from "../../store/quarantine.js";
import { inLine } from "../../text/foreign-text.js";
import { type Block, table } from "./page.js";
import { WHOSE_FAULT } from "./quarantine-text.js";

/** Reasons of missing scores that are listed. */
const MOST_REASONS = 10;

/** The part of a page that lists missing data by reason; empty if nothing is missing. */
export function missingSection({ quarantined, scores }: Missing): Block[] {
  const pieces = quarantineReasons(quarantined).flatMap(({ fault, code, reason, ...counts }) =>
    (["samples", "measurements"] as const)
      .filter((of) => counts[of] > 0)
      .map((of) => [`quarantined ${of}`, String(counts[of]), WHOSE_FAULT[fault], `${code}: ${reason}`]),
  );
  const { first, others } = mostFrequent(scores);
  const unscored = first.map(({ scorer, reason, scores: count }) => [
    `scores by ${scorer}`,
    String(count),
    WHOSE_FAULT.machine,
    reason,
  ]);
  const rest = others === 0 ? [] : [["scores", String(others), WHOSE_FAULT.machine, "other reasons"]];
  const rows = [...pieces, ...unscored, ...rest];
  if (rows.length === 0) return [];
  return [
    "## What is missing",
    "No number here counts any of it, neither as a success nor as a failure.",
    table(["what", "how many", "whose fault", "why"], rows),
  ];
}

/** How many scores are missing and why, one line for each reason, and what to do about it. */
export function missingScoresText(scores: readonly MissingScores[]): string {
  const { first, others } = mostFrequent(scores);
  const total = scores.reduce((sum, { scores: count }) => sum + count, 0);
  return [
    `Missing by the machine's fault: ${total} scores; the command that made the run tries them once more, as rescore does.`,
    ...first.map(({ scorer, reason, scores: count }) => `  ${count} by ${scorer}: ${inLine(reason)}`),
    ...(others === 0 ? [] : [`  ${others} for other reasons`]),
  ].join("\n");
}

function mostFrequent(scores: readonly MissingScores[]) {
  const others = scores.slice(MOST_REASONS).reduce((sum, { scores: count }) => sum + count, 0);
  return { first: scores.slice(0, MOST_REASONS), others };
}
