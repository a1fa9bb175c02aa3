import { findings, type ReportFiles, writeFindings } from "./assemble.js";
import { buildCurves } from "./curves.js";
import { depthFigures } from "./figures/depth.js";
import type { ReportInput } from "./input.js";
import { layerSlot } from "./layer-slot.js";
import { reportPage } from "./report-page.js";
import { transcriptsPage } from "./transcripts.js";

export type { ReportFiles } from "./assemble.js";

/** Writes the whole report into `folder`; the same input gives the same bytes. */
export async function writeReport(input: ReportInput, folder: string): Promise<ReportFiles> {
  const { analysis, seed } = input.experiment;
  const found = findings(buildCurves(input), {
    analysis,
    seed,
    slotOf: (row) => layerSlot(input, row),
  });
  const depth = depthFigures(input);
  const options = {
    pages: [
      ["report.md", reportPage(input, found, depth)],
      ["transcripts.md", transcriptsPage(input, found.windows)],
    ] as const,
    figures: depth,
    design: input.design,
    exploratory: input.exploratory,
  };
  return await writeFindings(found, options, folder);
}
