import { buildCurves } from "../analysis/curves.js";
import { furtherRows } from "../analysis/further-rows.js";
import type { ReportInput } from "../analysis/input.js";
import { ladderWindows } from "../analysis/ladder/ladder-windows.js";
import { layerSlot } from "../analysis/layer-slot.js";
import { missingScores } from "../analysis/missing-scores.js";
import type { Estimator, WindowRow } from "../analysis/window-rows.js";
import { drawStamped, findings, type ReportFiles, type TextFile, writeFindings } from "./assemble.js";
import { furtherCsv } from "./csv/further-csv.js";
import { depthFigures } from "./figures/depth.js";
import { type FigureDrawer, joined } from "./figures/drawing/drawer.js";
import type { Figure } from "./figures/figures.js";
import { furtherFigures } from "./figures/further-figures.js";
import { decompositionSection } from "./markdown/decomposition/decomposition-section.js";
import { forecastSection } from "./markdown/forecast/forecast-section.js";
import { furtherSection } from "./markdown/further-section.js";
import { runPage } from "./markdown/run-page.js";
import { transcriptsPage } from "./markdown/transcripts.js";
import { trendSection } from "./markdown/trend/trend-section.js";

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
  const further = furtherRows(curves.further, analysis.confidence);
  const scorers = {
    markdown: furtherSection(curves.further, further),
    figures: furtherFigures(further, analysis.confidence),
  };
  const ofTrend = await begin([...decomposition.figures, ...trend.figures, ...scorers.figures]);
  const forecast = forecastSection(input, found.tables.find(([name]) => name === "windows.csv")?.[1] ?? "");
  const pages: TextFile[] = [
    [
      "report.md",
      runPage(input, found, { missing, depth, forecast, decomposition, trend, further: scorers }),
    ],
    ["transcripts.md", transcriptsPage(input, found.windows)],
    ["decomposition.csv", decomposition.csv],
    ["trend.csv", trend.csv],
    ["scorers.csv", furtherCsv(further)],
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
