import type { Findings, RunFindings } from "../../analysis/findings.js";
import { inTerminal } from "../../text/foreign-text.js";
import type { FigurePlace, PlacedFigure } from "../figures/figures.js";
import { decompositionSection } from "./decomposition/decomposition-section.js";
import { forecastSection } from "./forecast/forecast-section.js";
import { furtherSection } from "./further-section.js";
import { layerSection } from "./layer-section.js";
import { limits } from "./limits.js";
import { missingSection } from "./missing-section.js";
import { type Block, listOf, type Page } from "./page.js";
import { rankSentence } from "./trend/rank-text.js";
import { trendSection } from "./trend/trend-section.js";
import { whatWasRun } from "./what-was-run.js";
import { frontierSection } from "./windows/frontier-table.js";
import { notReachedSection } from "./windows/not-reached.js";
import { sharedStrengthSection } from "./windows/shared-strength-table.js";
import { windowSections } from "./windows/window-sections.js";

/** report.md: what was run, what came out, and what could not have been shown. */
export function runPage(findings: Findings, run: RunFindings, figures: readonly PlacedFigure[]): Page {
  const { windows, ranks, settings } = findings;
  const { experiment, design } = run;
  const picturesOf = (place: FigurePlace): Block[] =>
    figures.filter((figure) => figure.place === place).map(({ name }) => ({ figure: name }));
  return {
    title: experiment.name,
    blocks: [
      inTerminal(experiment.description ?? ""),
      ...missingSection(findings.missing),
      ...picturesOf("windows"),
      ...windowSections(windows),
      ...(design === null ? [] : notReachedSection(design, windows)),
      ...frontierSection(windows, settings.frontier_losses),
      ...sharedStrengthSection(findings.sharedStrengths, settings.frontier_losses),
      "Onset, collapse and width are defined in [windows.md](windows.md), which also has the post's own numbers; every number is in [windows.csv](windows.csv), what the models said in [transcripts.md](transcripts.md).",
      ...layerSection(run, settings),
      ...picturesOf("layers"),
      ...forecastSection(run.forecast),
      ...decompositionSection(findings),
      ...picturesOf("decomposition"),
      "## Trend over the ladder",
      listOf(ranks.map(rankSentence)),
      ...trendSection(findings),
      ...picturesOf("trend"),
      ...furtherSection(findings.further),
      ...picturesOf("scorers"),
      "## What could not have been shown",
      listOf(limits(run, windows)),
      ...whatWasRun(run, settings),
    ],
  };
}
