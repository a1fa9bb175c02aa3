import { loadResolved } from "../config/resolved-yaml.js";
import { UserError } from "../config/user-error.js";
import { readDesignRecord } from "../store/design-record.js";
import { readForecast } from "../store/forecast-file.js";
import { readManifest } from "../store/manifest.js";
import { readMeasurements, readSampleColumns, readScores } from "../store/read-table.js";
import { runFolder } from "../store/run-folder.js";
import { SAMPLE_COLUMNS } from "./input.js";
import { type ReportFiles, type ReportHelpers, writeReport } from "./report.js";

/**
 * Writes the report of a finished run from what its folder holds.
 *
 * @throws UserError where the folder holds no finished run.
 */
export async function reportFolder(root: string, helpers: ReportHelpers): Promise<ReportFiles> {
  const folder = runFolder(root);
  const manifest = readManifest(folder.manifest);
  if (manifest === null)
    throw new UserError(`${root} holds no run (no manifest.json); give the folder of a run`);
  if (manifest.status !== "finished") {
    throw new UserError(`${root} is not finished; go on with it by the command that started it, then report`);
  }
  return await writeReport(
    {
      experiment: await loadResolved(folder.config),
      samples: readSampleColumns(folder.samples, SAMPLE_COLUMNS),
      measurements: readMeasurements(folder.measurements),
      scores: readScores(folder.scores),
      models: manifest.models,
      axes: manifest.axes,
      scorers: {
        contains: "contains",
        strict: "strict",
        responseClass: "response_class",
        capability: "python",
      },
      forecast: readForecast(folder.forecast),
      design: readDesignRecord(folder.design),
      exploratory: manifest.analysis_hash !== manifest.frozen_analysis_hash,
    },
    folder.report,
    helpers,
  );
}
