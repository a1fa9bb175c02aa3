import type { WindowRow } from "../../../analysis/window-rows.js";
import { inMarkdown } from "../../../text/foreign-text.js";
import { windowNotes } from "./window-notes.js";
import { windowTable } from "./window-table.js";

/** One part of a page for each question and method: its windows, a row a model, and how much was sampled. */
export function windowSections(rows: readonly WindowRow[]): string[] {
  return bySweep(rows).map(([title, group]) =>
    [`## ${inMarkdown(title)}`, windowTable(group), ...windowNotes(group)].join("\n\n"),
  );
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
