import { join } from "node:path";
import type { Findings } from "../analysis/findings.js";
import { replaceFile } from "../store/log/durable.js";
import { makeFolder } from "../util/make-folder.js";
import { DOCUMENTS, type Document } from "./documents.js";
import { drawAll, type FigureDrawer, type FigureFile, type Undrawn } from "./figures/drawing/drawer.js";
import { FIGURES, type FigureKind, placedFigures } from "./figures/figures.js";
import { summaryText } from "./markdown/summary.js";

export interface WrittenReport {
  readonly findings: Findings;
  /** Absolute paths of everything written, in the order a reader would open them. */
  readonly files: readonly string[];
  /** The PNG figures among them. */
  readonly figures: readonly string[];
  readonly undrawn: readonly Undrawn[];
  /** Aligned text for the terminal: the window table, the trend and the paths of the figures. */
  readonly summary: string;
}

interface ReportParts {
  readonly documents: readonly Document[];
  readonly figures: readonly FigureKind[];
}

/** Everything that a report is made of. */
export const REPORT: ReportParts = { documents: DOCUMENTS, figures: FIGURES };

/** Writes findings into `folder`; the same findings give the same bytes. */
export async function writeReport(
  findings: Findings,
  folder: string,
  drawer: FigureDrawer,
  { documents, figures: kinds }: ReportParts = REPORT,
): Promise<WrittenReport> {
  const placed = placedFigures(findings, kinds);
  const { files: pictures, undrawn } = await drawAll(drawer, placed);
  const texts = documents.flatMap(({ name, text }): FigureFile[] => {
    const written = text(findings, { placed, undrawn });
    return written === null ? [] : [[name, written]];
  });
  const all = [...texts, ...pictures];
  makeFolder(folder);
  for (const [name, content] of all) replaceFile(join(folder, name), content);
  const files = all.map(([name]) => join(folder, name));
  const figures = files.filter((file) => file.endsWith(".png"));
  return { findings, files, figures, undrawn, summary: summaryText(findings, undrawn, figures) };
}
