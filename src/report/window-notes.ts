import { formatStrength } from "./format.js";
import type { WindowRow } from "./window-rows.js";

/** How much was sampled of one sweep, and what could not be scored. */
export function windowNotes(rows: readonly WindowRow[]): string[] {
  const unscored = rows.reduce((sum, row) => sum + row.unscored.target + row.unscored.capability, 0);
  const [first] = rows;
  if (first === undefined) return [];
  const counts = rows.map(({ samples, strengths }) => samples.target / strengths.length);
  const lines = [
    `${first.tasks === 1 ? "1 task (or tasks not told apart)" : `${first.tasks} tasks`}; ${first.strengths.length} strengths from ${formatStrength(first.strengths[0] ?? 0)} to ${formatStrength(first.strengths.at(-1) ?? 0)}; ${formatStrength(Math.min(...counts))} answers and ${formatStrength(first.samples.capability / first.strengths.length)} task samples a strength.`,
  ];
  if (unscored > 0)
    lines.push(`${unscored} samples could not be scored, through faults of machinery, and are left out.`);
  return lines;
}
