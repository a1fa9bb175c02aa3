import { join } from "node:path";
import type { Curves } from "../analysis/curves.js";
import type { MissingScores } from "../analysis/missing-scores.js";
import { type MethodTrend, methodTrends } from "../analysis/trends.js";
import { type Estimator, type WindowRow, windowRows } from "../analysis/window-rows.js";
import type { Analysis } from "../config/experiment.js";
import { GRID_LEVEL } from "../statistics/estimate-window.js";
import type { DesignRecord } from "../store/design-record.js";
import { replaceFile } from "../store/log/durable.js";
import { makeFolder } from "../util/make-folder.js";
import type { Fields } from "./csv/csv-fields.js";
import { windowCsv, windowFields } from "./csv/window-csv.js";
import { type DrawnFigures, drawAll, type FigureDrawer, type Undrawn } from "./figures/drawing/drawer.js";
import { type Figure, reportFigures } from "./figures/figures.js";
import { type Missing, missingSection } from "./markdown/missing-section.js";
import { summaryText } from "./markdown/summary.js";
import { withoutUndrawn } from "./markdown/undrawn.js";
import { conditionTable } from "./markdown/windows/condition-table.js";
import { crossFittedSection } from "./markdown/windows/cross-fitted-table.js";
import { windowsPage } from "./markdown/windows/windows-page.js";
import { EXPLORATORY, stampFigure, stampText } from "./stamp.js";

export interface ReportFiles {
  /** Absolute paths of everything written, in the order a reader would open them. */
  readonly files: readonly string[];
  /** The PNG figures among them. */
  readonly figures: readonly string[];
  readonly undrawn: readonly Undrawn[];
  readonly missingScores: readonly MissingScores[];
  /** Aligned text for the terminal: the window table, the trend and the paths of the figures. */
  readonly summary: string;
  readonly windows: readonly WindowRow[];
  /** The rows of windows.csv by column, for `--json`. */
  readonly records: readonly Fields[];
}

/** Text of a file, by its name. */
export type TextFile = readonly [name: string, text: string];

export interface Findings {
  readonly windows: readonly WindowRow[];
  readonly trends: readonly MethodTrend[];
  /** The rows of windows.csv by column. */
  readonly records: readonly Fields[];
  /** The frontier at one strength for all questions, as a part of a page; empty without two. */
  readonly crossFitted: string;
  /** windows.md and windows.csv. */
  readonly tables: readonly TextFile[];
  readonly figures: readonly Figure[];
}

export interface FindingsOptions {
  readonly analysis: Analysis;
  readonly seed: number;
  /** Place of a row's layer in its method's list. */
  readonly slotOf: (row: WindowRow) => number;
  readonly estimate: Estimator;
  readonly missing: Missing;
}

/** Windows, trends, tables and figures of a set of curves; nothing is drawn or written. */
export async function findings({ curves, conditions }: Curves, options: FindingsOptions): Promise<Findings> {
  const { analysis, seed, slotOf, estimate, missing } = options;
  const { target_threshold: target, capability_threshold: capability, confidence } = analysis;
  const windows = await windowRows(curves, analysis, seed, estimate);
  const trends = methodTrends(windows, slotOf);
  const crossFitted = crossFittedSection(windows, analysis);
  const page = windowsPage(windows, trends, conditionTable(conditions, confidence), {
    target,
    capability,
    frontierLoss: analysis.frontier_loss,
    losses: analysis.frontier_losses,
    gridLevel: GRID_LEVEL,
    confidence,
    replicates: analysis.bootstrap,
    crossFitted,
    missing: missingSection(missing),
  });
  const records = windows.map((row) => windowFields(row, analysis.frontier_losses));
  return {
    windows,
    trends,
    records,
    crossFitted,
    tables: [
      ["windows.md", page],
      ["windows.csv", windowCsv(records)],
    ],
    figures: reportFigures(curves, windows, { confidence, target, capability, slotOf }),
  };
}

export interface WriteOptions {
  /** Pages and tables beside the findings' own, in front of them. The first page of all says which figures are missing. */
  readonly pages: readonly TextFile[];
  /** Of the findings' figures, then of others. */
  readonly figures: DrawnFigures;
  /** Verdicts for the terminal. */
  readonly sentences: readonly string[];
  readonly design: DesignRecord | null;
  readonly missing: Missing;
  readonly exploratory: boolean;
}

/** Begins to draw figures, stamped where the analysis is exploratory. */
export function drawStamped(
  drawer: FigureDrawer,
  figures: readonly Figure[],
  exploratory: boolean,
): Promise<DrawnFigures> {
  const stamped = exploratory ? figures.map((figure) => stampFigure(figure, EXPLORATORY)) : figures;
  return drawAll(drawer, stamped);
}

/** Writes what was found, and what stands beside it, into `folder`. */
export async function writeFindings(
  found: Findings,
  options: WriteOptions,
  folder: string,
): Promise<ReportFiles> {
  const { design, exploratory, missing, sentences } = options;
  const stamp = exploratory ? EXPLORATORY : null;
  const { undrawn } = options.figures;
  const texts = [...options.pages, ...found.tables].map(([name, text], i): TextFile => {
    const whole = i === 0 ? withoutUndrawn(text, undrawn) : text;
    return [name, stamp === null ? whole : stampText(name, whole, stamp)];
  });
  const all = [...texts, ...options.figures.files];
  makeFolder(folder);
  for (const [name, content] of all) replaceFile(join(folder, name), content);
  const files = all.map(([name]) => join(folder, name));
  const paths = files.filter((file) => file.endsWith(".png"));
  const { windows, trends } = found;
  return {
    files,
    figures: paths,
    undrawn,
    missingScores: missing.scores,
    summary: summaryText({
      windows,
      trends,
      sentences,
      design,
      stamp,
      undrawn,
      paths,
    }),
    windows,
    records: found.records,
  };
}
