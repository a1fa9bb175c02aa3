import type { WindowRow } from "../../../analysis/windows/window-rows.js";
import { inMarkdown } from "../../../text/foreign-text.js";
import type { Block } from "../page.js";
import { windowNotes } from "./window-notes.js";
import { windowTable } from "./window-table.js";

/** One part of a page for each question and method: its windows, one row for each model, and how much was sampled. */
export function windowSections(rows: readonly WindowRow[]): Block[] {
  return bySweep(rows).flatMap(([title, group]): Block[] => [
    `## ${inMarkdown(title)}`,
    windowTable(group),
    ...windowNotes(group),
  ]);
}

function bySweep(rows: readonly WindowRow[]): [string, WindowRow[]][] {
  const groups = new Map<string, WindowRow[]>();
  for (const row of rows.filter(({ role }) => role === "method")) {
    const unit = row.unit === null ? "" : `, strength in ${row.unit}`;
    const title = `${row.question}: ${row.method}, ${row.capability}${unit}`;
    groups.set(title, [...(groups.get(title) ?? []), row]);
  }
  return [...groups];
}
