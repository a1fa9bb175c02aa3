import { analysisOf } from "../../config/defaults.js";
import type { Analysis } from "../../config/experiment.js";
import { estimateWindow } from "../../statistics/estimate-window.js";
import { makeFolder } from "../../util/make-folder.js";
import { findings, type ReportFiles, writeFindings } from "../assemble.js";
import { drawAll, type FigureDrawer } from "../figures/drawing/drawer.js";
import { sweepRows } from "./sweep-rows.js";
import { readRawTable } from "./sweep-table.js";
import { tableCurves } from "./table-curves.js";

const NOTHING = { quarantined: [], scores: [] } as const;

export interface WindowFromTableOptions {
  /** Folder for tables and figure. */
  readonly out: string;
  readonly drawer: FigureDrawer;
  readonly analysis?: Analysis;
  readonly seed?: number;
}

/**
 * Windows and figure of anybody's sweep: a CSV or Arrow table of counts with the columns model, parameters, question,
 * strength, n_target, target_hits, n_capability, capability_passes, and optionally task or item (then one row a model,
 * question, strength and item). The target counts serve as *contains* and *strict* alike; the axis is logarithmic. A table does
 * not say which responses were degenerate, so the windows are fitted, with bootstrap intervals.
 *
 * @throws UserError naming everything that is wrong with the table, with file, line and column.
 */
export async function windowFromTable(path: string, options: WindowFromTableOptions): Promise<ReportFiles> {
  const rows = sweepRows(await readRawTable(path), path);
  makeFolder(options.out);
  const curves = tableCurves(rows);
  const found = await findings(
    { curves, conditions: [], further: [] },
    {
      analysis: options.analysis ?? analysisOf(undefined),
      seed: options.seed ?? 0,
      slotOf: () => 0,
      estimate: async (job) => estimateWindow(job),
      missing: NOTHING,
    },
  );
  const figures = await drawAll(options.drawer, found.figures);
  const beside = { pages: [], figures, sentences: [], design: null, missing: NOTHING, exploratory: false };
  return await writeFindings(found, beside, options.out);
}
