import type { Findings } from "../analysis/findings.js";
import { csv, type Fields } from "./csv/csv.js";
import { decompositionRecords } from "./csv/decomposition-csv.js";
import { forecastRecords } from "./csv/forecast-csv.js";
import { furtherRecords } from "./csv/further-csv.js";
import { trendRecords } from "./csv/trend-csv.js";
import { windowRecords } from "./csv/window-csv.js";
import type { Undrawn } from "./figures/drawing/drawer.js";
import type { PlacedFigure } from "./figures/figures.js";
import { pageText } from "./markdown/page.js";
import { runPage } from "./markdown/run-page.js";
import { transcriptsPage } from "./markdown/transcripts.js";
import { windowsPage } from "./markdown/windows/windows-page.js";

/** The figures of a report, drawn or not. */
interface ReportFigures {
  readonly placed: readonly PlacedFigure[];
  readonly undrawn: readonly Undrawn[];
}

/** A file of a report other than its figures. */
export interface Document {
  readonly name: string;
  /** Null if these findings have nothing for it. */
  readonly text: (findings: Findings, figures: ReportFigures) => string | null;
}

/** Every document, in the order in which a reader would open them. A new one is a file that takes findings and a line here. */
export const DOCUMENTS: readonly Document[] = [
  {
    name: "report.md",
    text: (findings, { placed, undrawn }) => {
      const { run, stamp } = findings;
      return run === null ? null : pageText(runPage(findings, run, placed), { stamp, undrawn });
    },
  },
  {
    name: "transcripts.md",
    text: ({ run, stamp }) => (run === null ? null : pageText(transcriptsPage(run), { stamp, undrawn: [] })),
  },
  { name: "decomposition.csv", text: (findings) => someCsv(decompositionRecords(findings), findings) },
  { name: "trend.csv", text: (findings) => someCsv(trendRecords(findings), findings) },
  { name: "scorers.csv", text: (findings) => someCsv(furtherRecords(findings), findings) },
  {
    name: "forecast.csv",
    text: (findings) => someCsv(forecastRecords(findings.run?.forecast.curves ?? []), findings),
  },
  {
    name: "windows.md",
    // The first page lists what could not be drawn; without a run, this is the first page.
    text: (findings, { undrawn }) =>
      pageText(windowsPage(findings), {
        stamp: findings.stamp,
        undrawn: findings.run === null ? undrawn : [],
      }),
  },
  { name: "windows.csv", text: (findings) => csv(windowRecords(findings), findings.stamp) },
];

const someCsv = (records: readonly Fields[], { stamp }: Findings): string | null =>
  records.length === 0 ? null : csv(records, stamp);
