import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ForecastFindings, forecastFindings } from "../analysis/forecast/forecast-findings.js";
import type { MeasuredWindow } from "../analysis/forecast/measured-windows.js";
import { type ForecastRow, forecastText } from "../store/forecast-file.js";
import { makeFolder } from "../util/make-folder.js";
import { csv } from "./csv/csv.js";
import { forecastRecords } from "./csv/forecast-csv.js";
import { drawAll, type FigureDrawer } from "./figures/drawing/drawer.js";
import { forecastFigures } from "./figures/forecast-figures.js";
import { agreementText } from "./markdown/forecast/agreement-text.js";
import { forecastTable } from "./markdown/forecast/forecast-table.js";
import { layerText } from "./markdown/forecast/layer-text.js";
import { undrawnSentence } from "./markdown/undrawn.js";

/** Sampled windows with which forecasts are compared, and the name of their source. */
export interface MeasuredSource {
  readonly name: string;
  readonly windows: readonly MeasuredWindow[];
}

interface ForecastReport {
  /** The table, the order of the layers and the agreement, for people. */
  readonly text: string;
  readonly findings: ForecastFindings;
  /** Paths written. */
  readonly files: readonly string[];
}

/** Writes forecast.json, forecast.csv and the figures into `folder`, and returns their content as text. */
export async function writeForecastReport(
  rows: readonly ForecastRow[],
  measured: MeasuredSource | null,
  folder: string,
  drawer: FigureDrawer,
): Promise<ForecastReport> {
  const findings = forecastFindings(rows, measured?.windows ?? [], () => true);
  const { curves, orders, agreement } = findings;
  makeFolder(folder);
  const files = [join(folder, "forecast.json"), join(folder, "forecast.csv")];
  await writeFile(files[0] ?? "", forecastText(rows));
  await writeFile(files[1] ?? "", csv(forecastRecords(curves), null));
  const figures = await drawAll(drawer, forecastFigures(curves));
  for (const [name, content] of figures.files) {
    const path = join(folder, name);
    await writeFile(path, content);
    files.push(path);
  }
  const compared = measured === null || agreement === null ? "" : agreementText(agreement, measured.name);
  const undrawn = figures.undrawn.map(undrawnSentence).join("\n");
  const text = [forecastTable(curves), layerText(orders), compared, undrawn]
    .filter((part) => part !== "")
    .join("\n\n");
  return { text, findings, files };
}
