import { analyse } from "../../analysis/analyse.js";
import { NO_SCORES } from "../../analysis/missing-scores.js";
import { DEFAULT_ANALYSIS } from "../../config/defaults.js";
import type { Analysis } from "../../config/experiment.js";
import { estimateWindow } from "../../statistics/estimate-window.js";
import { makeFolder } from "../../util/make-folder.js";
import type { FigureDrawer } from "../figures/drawing/drawer.js";
import { type WrittenReport, writeReport } from "../write-report.js";
import { sweepRows } from "./sweep-rows.js";
import { readRawTable } from "./sweep-table.js";
import { tableCurves } from "./table-curves.js";

interface WindowFromTableOptions {
  /** Folder for tables and figure. */
  readonly out: string;
  readonly drawer: FigureDrawer;
  readonly analysis?: Analysis;
  readonly seed?: number;
}

/**
 * Windows and figure of anybody's sweep: a CSV or Arrow table of counts with the columns model, parameters, question,
 * strength, n_target, target_hits, n_capability, capability_passes, and optionally task or item (then one row for each model,
 * question, strength and item). The target counts serve as *contains* and *strict* alike; the axis is logarithmic. A table does
 * not say which responses were degenerate, so the windows are fitted, with bootstrap intervals.
 *
 * @throws UserError naming everything that is wrong with the table, with file, line and column.
 */
export async function windowFromTable(path: string, options: WindowFromTableOptions): Promise<WrittenReport> {
  const rows = sweepRows(await readRawTable(path), path);
  makeFolder(options.out);
  const curves = tableCurves(rows);
  const findings = await analyse(
    { curves, conditions: [], further: [], survey: NO_SCORES },
    {
      settings: options.analysis ?? DEFAULT_ANALYSIS,
      seed: options.seed ?? 0,
      records: null,
      estimate: async (job) => estimateWindow(job),
    },
  );
  return await writeReport(findings, options.out, options.drawer);
}
