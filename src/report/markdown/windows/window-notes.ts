import type { WindowRow } from "../../../analysis/windows/window-rows.js";
import { lowestOf } from "../../../statistics/extremes.js";
import { inMarkdown } from "../../../text/foreign-text.js";
import { formatStrength } from "../../words/format.js";

/** How one sweep was estimated, how much was sampled of it, and what could not be scored. */
export function windowNotes(rows: readonly WindowRow[]): string[] {
  const [first] = rows;
  if (first === undefined) return [];
  const unscored = rows.reduce((sum, row) => sum + row.unscored.target + row.unscored.capability, 0);
  const fitted = rows
    .filter(({ headline }) => headline?.estimator === "bootstrap")
    .map(({ model }) => inMarkdown(model));
  const lines = [sampled(rows, first)];
  if (fitted.length > 0) {
    const which = fitted.length === rows.length ? "All windows here" : `The windows of ${fitted.join(", ")}`;
    lines.push(
      `${which} are fitted, with bootstrap intervals: which responses were degenerate is not known, so no posterior applies.`,
    );
  }
  const spoiled = rows
    .map(({ model, nonFinite }) => ({ model, count: nonFinite.target + nonFinite.capability }))
    .filter(({ count }) => count > 0);
  if (spoiled.length > 0) {
    const each = spoiled.map(({ model, count }) => `${inMarkdown(model)} ${count}`).join(", ");
    lines.push(
      `Samples that ended in numbers that are not finite under the edit, and count as failures: ${each}.`,
    );
  }
  if (unscored > 0)
    lines.push(`${unscored} samples could not be scored, through faults of machinery, and are left out.`);
  return lines;
}

function sampled(rows: readonly WindowRow[], first: WindowRow): string {
  const tasks = first.tasks === 1 ? "1 task (or tasks not told apart)" : `${first.tasks} tasks`;
  const lists = new Set(rows.map(({ strengths }) => JSON.stringify(strengths)));
  if (lists.size === 1) {
    const { length } = first.strengths;
    const answers = rows.map(({ samples }) => samples.target / length);
    return `${tasks}; ${length} strengths from ${span(first.strengths)}; ${formatStrength(lowestOf(answers))} answers and ${formatStrength(first.samples.capability / length)} task samples a strength.`;
  }
  const each = rows.map(
    ({ model, strengths, samples }) =>
      `${inMarkdown(model)} ${strengths.length} strengths from ${span(strengths)} (${samples.target} answers, ${samples.capability} task samples)`,
  );
  return `${tasks}; ${each.join("; ")}.`;
}

function span(strengths: readonly number[]): string {
  return `${formatStrength(strengths[0] ?? 0)} to ${formatStrength(strengths.at(-1) ?? 0)}`;
}
