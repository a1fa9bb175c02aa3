import { drawStamped, findings, type ReportFiles, type TextFile, writeFindings } from "./assemble.js";
import { buildCurves } from "./curves.js";
import { decompositionSection } from "./decomposition/decomposition-section.js";
import { depthFigures } from "./figures/depth.js";
import { type FigureDrawer, joined } from "./figures/drawer.js";
import type { Figure } from "./figures/figures.js";
import { forecastSection } from "./forecast-section.js";
import type { ReportInput } from "./input.js";
import { layerSlot } from "./layer-slot.js";
import { missingScores } from "./missing-scores.js";
import { reportPage } from "./report-page.js";
import { transcriptsPage } from "./transcripts.js";
import { ladderWindows } from "./trend/ladder-windows.js";
import { trendSection } from "./trend/trend-section.js";
import type { Estimator, WindowRow } from "./window-rows.js";

export type { ReportFiles } from "./assemble.js";

/** What takes long in a report, wherever it is done. */
export interface ReportHelpers {
  readonly estimate: Estimator;
  readonly drawer: FigureDrawer;
}

/** Writes the whole report into `folder`; the same input gives the same bytes. */
export async function writeReport(
  input: ReportInput,
  folder: string,
  { estimate, drawer }: ReportHelpers,
): Promise<ReportFiles> {
  const { exploratory } = input;
  const { analysis, seed } = input.experiment;
  const begin = async (figures: readonly Figure[]) => {
    const drawn = drawStamped(drawer, figures, exploratory);
    // Waited for at the end; until then a failure is not unhandled.
    drawn.catch(() => {});
    await drawer.begun();
    return { drawn };
  };
  const missing = { quarantined: input.quarantined, scores: missingScores(input.scores) };
  const depth = depthFigures(input);
  const ofDepth = await begin(depth);
  const curves = buildCurves(input);
  const slotOf = (row: WindowRow) => layerSlot(input, row);
  const found = await findings(curves, { analysis, seed, slotOf, estimate, missing });
  const ofFindings = await begin(found.figures);
  const windows = ladderWindows(curves.curves, found.windows, input.forecast, input.experiment, slotOf);
  const decomposition = decompositionSection({ windows, analysis, seed });
  const trend = trendSection({ windows, ranks: found.trends, analysis, seed });
  const ofTrend = await begin([...decomposition.figures, ...trend.figures]);
  const forecast = forecastSection(input, found.tables.find(([name]) => name === "windows.csv")?.[1] ?? "");
  const pages: TextFile[] = [
    ["report.md", reportPage(input, found, { missing, depth, forecast, decomposition, trend })],
    ["transcripts.md", transcriptsPage(input, found.windows)],
    ["decomposition.csv", decomposition.csv],
    ["trend.csv", trend.csv],
    ["forecast.csv", forecast.csv],
  ];
  const options = {
    pages: pages.filter(([, text]) => text !== ""),
    figures: joined(await Promise.all([ofFindings.drawn, ofTrend.drawn, ofDepth.drawn])),
    sentences: trend.sentences,
    design: input.design,
    missing,
    exploratory,
  };
  return await writeFindings(found, options, folder);
}
