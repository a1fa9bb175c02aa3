import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { conditionTable } from "./condition-table.js";
import { buildCurves } from "./curves.js";
import { type Figure, reportFigures } from "./figures/figures.js";
import { toPng, toSvg } from "./figures/render.js";
import type { ReportInput } from "./input.js";
import { layerSlot } from "./layer-slot.js";
import { summaryText } from "./summary.js";
import { methodTrends } from "./trends.js";
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

/** Writes the whole report into `folder`; the same input gives the same bytes. */
export async function writeReport(input: ReportInput, folder: string): Promise<ReportFiles> {
  const { analysis, seed } = input.experiment;
  const { curves, conditions } = buildCurves(input);
  const windows = windowRows(curves, estimateOptions(analysis, seed));
  const trends = methodTrends(windows, (row) => layerSlot(input, row));
  const page = windowsPage(windows, trends, conditionTable(conditions, analysis.confidence), {
    target: analysis.target_threshold,
    capability: analysis.capability_threshold,
    frontierLoss: analysis.frontier_loss,
    gridLevel: GRID_LEVEL,
    confidence: analysis.confidence,
    replicates: analysis.bootstrap,
  });
  const figures = reportFigures(curves, windows, {
    confidence: analysis.confidence,
    target: analysis.target_threshold,
    capability: analysis.capability_threshold,
    slotOf: (row) => layerSlot(input, row),
  });
  const contents: [string, string | Uint8Array][] = [
    ["windows.md", page],
    ["windows.csv", windowCsv(windows)],
    ...(await drawFigures(figures)),
  ];
  await mkdir(folder, { recursive: true });
  for (const [name, content] of contents) await writeFile(join(folder, name), content);
  const files = contents.map(([name]) => join(folder, name));
  const pictures = files.filter((file) => file.endsWith(".png"));
  return { files, figures: pictures, summary: summaryText(windows, trends, pictures), windows };
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
