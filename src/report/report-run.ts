import { analyse } from "../analysis/analyse.js";
import { buildCurves } from "../analysis/curves.js";
import { type ReportInput, SAMPLE_COLUMNS } from "../analysis/input.js";
import type { Estimator } from "../analysis/windows/window-rows.js";
import { analysisHash } from "../config/hashes.js";
import { loadResolved } from "../config/resolved-yaml.js";
import { declaredScorers } from "../scoring/scorer-set.js";
import { readDesignRecord } from "../store/design-record.js";
import { checkConfig, checkRun } from "../store/folder/check-run.js";
import { mendTables } from "../store/folder/mend-tables.js";
import { openRun, type StoredRun } from "../store/folder/read-run.js";
import { readForecast } from "../store/forecast-file.js";
import { lockFolder } from "../store/lock/lock.js";
import { readScorers } from "../store/scorers-file.js";
import { StoreDamaged } from "../store/store-damaged.js";
import { readMeasurements, readSampleColumns, readScores } from "../store/tables/read-table.js";
import { UserError } from "../util/user-error.js";
import type { FigureDrawer } from "./figures/drawing/drawer.js";
import { type WrittenReport, writeReport } from "./write-report.js";

/** The slow parts of a report, wherever they are done. */
export interface ReportHelpers {
  readonly estimate: Estimator;
  readonly drawer: FigureDrawer;
}

/**
 * Writes the report of a finished run from its folder.
 *
 * @throws UserError if the folder has no finished run.
 * @throws StoreDamaged if a part of it is missing or changed and cannot be rebuilt.
 */
export async function reportRun(
  root: string,
  helpers: ReportHelpers,
  say: (text: string) => void,
): Promise<WrittenReport> {
  const run = openRun(root);
  const { folder, manifest, files } = run;
  if (manifest.status !== "finished") {
    throw new UserError(`${root} is not finished; go on with it by the command that started it, then report`);
  }
  checkRun(folder, manifest);
  checkConfig(run);
  const tables = await readTables(run, say);
  const experiment = await loadResolved(folder.config);
  return reportRecords(
    {
      experiment,
      ...tables,
      models: manifest.models,
      axes: manifest.axes,
      scorers: declaredScorers(experiment.scorers, readScorers(files, folder.scorers)),
      forecast: readForecast(files, folder.forecast),
      design: readDesignRecord(files, folder.design),
      reused: manifest.reused ?? [],
      quarantined: manifest.quarantined,
      exploratory: analysisHash(experiment) !== manifest.frozen_analysis_hash,
    },
    folder.report,
    helpers,
  );
}

/** Writes the report of what a run recorded; the same records give the same bytes. */
export async function reportRecords(
  records: ReportInput,
  folder: string,
  { estimate, drawer }: ReportHelpers,
): Promise<WrittenReport> {
  const { analysis: settings, seed } = records.experiment;
  const findings = await analyse(buildCurves(records), { settings, seed, records, estimate });
  return await writeReport(findings, folder, drawer);
}

/** The tables as they were sealed; damaged ones are rebuilt first. */
async function readTables(run: StoredRun, say: (text: string) => void) {
  try {
    return tablesOf(run);
  } catch (cause) {
    if (!(cause instanceof StoreDamaged)) throw cause;
  }
  const lock = lockFolder(run.folder.root);
  try {
    await mendTables(run, say);
  } finally {
    lock.release();
  }
  return tablesOf(run);
}

const tablesOf = ({ folder, files }: StoredRun) => ({
  samples: readSampleColumns(files, folder.samples, SAMPLE_COLUMNS),
  measurements: readMeasurements(files, folder.measurements),
  scores: readScores(files, folder.scores),
});
