import { findings, type ReportFiles, type TextFile, writeFindings } from "./assemble.js";
import { buildCurves } from "./curves.js";
import { decompositionSection } from "./decomposition/decomposition-section.js";
import { depthFigures } from "./figures/depth.js";
import { forecastSection } from "./forecast-section.js";
import type { ReportInput } from "./input.js";
import { layerSlot } from "./layer-slot.js";
import { reportPage } from "./report-page.js";
import { transcriptsPage } from "./transcripts.js";
import { ladderWindows } from "./trend/ladder-windows.js";
import { trendSection } from "./trend/trend-section.js";
import type { Estimator, WindowRow } from "./window-rows.js";

export type { ReportFiles } from "./assemble.js";

/** Writes the whole report into `folder`; the same input gives the same bytes. */
export async function writeReport(
  input: ReportInput,
  folder: string,
  estimate: Estimator,
): Promise<ReportFiles> {
  const { analysis, seed } = input.experiment;
  const curves = buildCurves(input);
  const slotOf = (row: WindowRow) => layerSlot(input, row);
  const found = await findings(curves, { analysis, seed, slotOf, estimate });
  const windows = ladderWindows(curves.curves, found.windows, input.forecast, input.experiment, slotOf);
  const decomposition = decompositionSection({ windows, analysis, seed });
  const trend = trendSection({ windows, ranks: found.trends, analysis, seed });
  const depth = depthFigures(input);
  const forecast = forecastSection(input, found.tables.find(([name]) => name === "windows.csv")?.[1] ?? "");
  const pages: TextFile[] = [
    ["report.md", reportPage(input, found, { depth, forecast, decomposition, trend })],
    ["transcripts.md", transcriptsPage(input, found.windows)],
    ["decomposition.csv", decomposition.csv],
    ["trend.csv", trend.csv],
    ["forecast.csv", forecast.csv],
  ];
  const options = {
    pages: pages.filter(([, text]) => text !== ""),
    figures: [...decomposition.figures, ...trend.figures, ...depth],
    sentences: trend.sentences,
    design: input.design,
    exploratory: input.exploratory,
  };
  return await writeFindings(found, options, folder);
}
