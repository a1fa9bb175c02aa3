import type { TopLevelSpec } from "vega-lite";
import { csv } from "./csv/csv.js";
import { csvRecords } from "./csv/csv-records.js";
import type { Figure } from "./figures/figures.js";

/** What every figure and table carries whose analysis settings are others than those fixed before data. */
export const EXPLORATORY = "exploratory: analysis settings were changed after data";

/** A page with the stamp under its title and under each of its tables, or a table with the stamp in a first column. */
export function stampText(name: string, text: string, stamp: string): string {
  if (name.endsWith(".md")) return stampPage(text, stamp);
  if (name.endsWith(".csv")) return stampCsv(text, stamp);
  return text;
}

/** The figure with the stamp as the last line of its caption. */
export function stampFigure({ name, spec }: Figure, stamp: string): Figure {
  return { name, spec: { ...spec, title: stampedTitle(spec.title, stamp) } };
}

function stampedTitle(title: TopLevelSpec["title"], stamp: string): NonNullable<TopLevelSpec["title"]> {
  if (title === undefined || typeof title === "string" || !("text" in title)) {
    return { text: title ?? "", subtitle: [stamp] };
  }
  const { subtitle } = title;
  const lines = typeof subtitle === "string" ? [subtitle] : Array.isArray(subtitle) ? subtitle : [];
  return { ...title, subtitle: [...lines, stamp] };
}

function stampPage(text: string, stamp: string): string {
  const note = `*${stamp}*`;
  let fence: string | null = null;
  const lines = text.trimEnd().split("\n");
  const stamped = lines.flatMap((line, i) => {
    if (fence !== null) {
      if (line === fence) fence = null;
      return [line];
    }
    fence = /^`{3,}/.exec(line)?.[0] ?? null;
    const title = line.startsWith("# ");
    const tableEnd = line.startsWith("|") && !(lines[i + 1] ?? "").startsWith("|");
    return title || tableEnd ? [line, "", note] : [line];
  });
  return `${stamped.join("\n")}\n`;
}

function stampCsv(text: string, stamp: string): string {
  const [header = [], ...records] = csvRecords(text).map((record) => record.map((field) => field.text));
  return csv(
    ["stamp", ...header],
    records.map((record) => [stamp, ...record]),
  );
}
