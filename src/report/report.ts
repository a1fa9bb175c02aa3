import { findings, type ReportFiles, writeFindings } from "./assemble.js";
import { buildCurves } from "./curves.js";
import type { ReportInput } from "./input.js";
import { layerSlot } from "./layer-slot.js";
import { reportPage } from "./report-page.js";
import { transcriptsPage } from "./transcripts.js";

export type { ReportFiles } from "./assemble.js";

/** Writes the whole report into `folder`; the same input gives the same bytes. */
export async function writeReport(input: ReportInput, folder: string): Promise<ReportFiles> {
  const { analysis, seed } = input.experiment;
  const found = await findings(buildCurves(input), analysis, seed, (row) => layerSlot(input, row));
  const pages: [string, string][] = [
    ["report.md", reportPage(input, found)],
    ["transcripts.md", transcriptsPage(input, found.windows)],
  ];
  return await writeFindings(found, pages, folder);
}
