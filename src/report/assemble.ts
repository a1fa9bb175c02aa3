import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Analysis } from "../config/experiment.js";
import { conditionTable } from "./condition-table.js";
import type { Curves } from "./curves.js";
import { type Figure, reportFigures } from "./figures/figures.js";
import { toPng, toSvg } from "./figures/render.js";
import { summaryText } from "./summary.js";
import { type MethodTrend, methodTrends } from "./trends.js";
import { windowCsv } from "./window-csv.js";
import { estimateOptions, GRID_LEVEL, type WindowRow, windowRows } from "./window-rows.js";
import { windowsPage } from "./windows-page.js";

export interface ReportFiles {
  /** Absolute paths of everything written, in the order a reader would open them. */
  readonly files: readonly string[];
  /** The PNG figures among them. */
  readonly figures: readonly string[];
  /** Aligned text for the terminal: the window table, the trend and the paths of the figures. */
  readonly summary: string;
  /** The rows of windows.csv, for `--json` and for verdicts. */
  readonly windows: readonly WindowRow[];
}

export interface Findings {
  readonly windows: readonly WindowRow[];
  readonly trends: readonly MethodTrend[];
  /** File names and contents of the tables and figures. */
  readonly contents: readonly (readonly [string, string | Uint8Array])[];
}

/** Windows, trends, tables and figures of a set of curves; nothing is written. */
export async function findings(
  { curves, conditions }: Curves,
  analysis: Analysis,
  seed: number,
  slotOf: (row: WindowRow) => number,
): Promise<Findings> {
  const windows = windowRows(curves, estimateOptions(analysis, seed));
  const trends = methodTrends(windows, slotOf);
  const { target_threshold: target, capability_threshold: capability, confidence } = analysis;
  const page = windowsPage(windows, trends, conditionTable(conditions, confidence), {
    target,
    capability,
    frontierLoss: analysis.frontier_loss,
    gridLevel: GRID_LEVEL,
    confidence,
    replicates: analysis.bootstrap,
  });
  const figures = reportFigures(curves, windows, { confidence, target, capability, slotOf });
  return {
    windows,
    trends,
    contents: [["windows.md", page], ["windows.csv", windowCsv(windows)], ...(await drawFigures(figures))],
  };
}

/** Writes what was found, and pages beside it, into `folder`. */
export async function writeFindings(
  { windows, trends, contents }: Findings,
  pages: readonly (readonly [string, string])[],
  folder: string,
): Promise<ReportFiles> {
  await mkdir(folder, { recursive: true });
  const all = [...pages, ...contents];
  for (const [name, content] of all) await writeFile(join(folder, name), content);
  const files = all.map(([name]) => join(folder, name));
  const figures = files.filter((file) => file.endsWith(".png"));
  return { files, figures, summary: summaryText(windows, trends, figures), windows };
}

/** Each figure as SVG and PNG, by file name. */
async function drawFigures(figures: readonly Figure[]): Promise<[string, string | Uint8Array][]> {
  const drawn: [string, string | Uint8Array][] = [];
  for (const { name, spec } of figures) {
    const svg = await toSvg(spec);
    drawn.push([`${name}.svg`, svg], [`${name}.png`, toPng(svg)]);
  }
  return drawn;
}
