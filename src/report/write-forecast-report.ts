import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ForecastCurve, forecastCurves } from "../analysis/forecast-curves.js";
import { type ForecastRow, forecastText } from "../store/forecast-file.js";
import { makeFolder } from "../util/make-folder.js";
import type { MeasuredWindow } from "./csv/read-windows.js";
import { drawAll, type FigureDrawer } from "./figures/drawing/drawer.js";
import { forecastFigures } from "./figures/forecast-figures.js";
import { agreements, agreementText, type ForecastAgreements } from "./markdown/forecast/agreement-text.js";
import { forecastCsv, forecastTable } from "./markdown/forecast/forecast-table.js";
import { layerText } from "./markdown/forecast/layer-text.js";
import { undrawnSentence } from "./markdown/undrawn.js";

/** Sampled windows that forecasts are compared with, and the name of where they are from. */
export interface MeasuredSource {
  readonly name: string;
  readonly windows: readonly MeasuredWindow[];
}

export interface ForecastReport {
  /** The map, the order of the layers and the agreement, for people. */
  readonly text: string;
  readonly curves: readonly ForecastCurve[];
  /** Null where there is nothing to compare with. */
  readonly agreement: ForecastAgreements | null;
  /** Paths written. */
  readonly files: readonly string[];
}

/** Writes forecast.json, forecast.csv and the figures into `folder`, and says in words what they hold. */
export async function writeForecastReport(
  rows: readonly ForecastRow[],
  measured: MeasuredSource | null,
  folder: string,
  drawer: FigureDrawer,
): Promise<ForecastReport> {
  const curves = forecastCurves(rows);
  const windows = measured?.windows ?? [];
  const agreement = agreements(curves, windows);
  makeFolder(folder);
  const files = [join(folder, "forecast.json"), join(folder, "forecast.csv")];
  await writeFile(files[0] ?? "", forecastText(rows));
  await writeFile(files[1] ?? "", forecastCsv(curves));
  const figures = await drawAll(drawer, forecastFigures(curves));
  for (const [name, content] of figures.files) {
    const path = join(folder, name);
    await writeFile(path, content);
    files.push(path);
  }
  const compared = measured === null || agreement === null ? "" : agreementText(agreement, measured.name);
  const undrawn = figures.undrawn.map(undrawnSentence).join("\n");
  const text = [forecastTable(curves), layerText(curves, windows), compared, undrawn]
    .filter((part) => part !== "")
    .join("\n\n");
  return { text, curves, agreement, files };
}
