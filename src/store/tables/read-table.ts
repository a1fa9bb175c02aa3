import { tableFromIPC } from "apache-arrow";
import { UserError } from "../../util/user-error.js";
import type { RunFiles } from "../folder/recorded-files.js";
import {
  type MeasurementRow,
  measurementColumns,
  type SampleRow,
  SCHEMA_VERSION,
  type ScoreRow,
  sampleColumns,
  scoreColumns,
  type TableColumns,
} from "./columns.js";
import { batchToRows } from "./record-batch.js";

export const readSamples = (files: RunFiles, path: string): SampleRow[] =>
  readTable(sampleColumns, files, path) as SampleRow[];
/** Some columns of the samples; reading the others would double the cost. */
export const readSampleColumns = <Name extends keyof SampleRow>(
  files: RunFiles,
  path: string,
  names: readonly Name[],
): Pick<SampleRow, Name>[] =>
  readTable(sampleColumns, files, path, new Set(names)) as Pick<SampleRow, Name>[];
export const readMeasurements = (files: RunFiles, path: string): MeasurementRow[] =>
  readTable(measurementColumns, files, path) as MeasurementRow[];
export const readScores = (files: RunFiles, path: string): ScoreRow[] =>
  readTable(scoreColumns, files, path) as ScoreRow[];

/** The rows of a sealed Arrow file, or some columns of them, after its version and all its columns were checked. */
function readTable(
  table: TableColumns,
  files: RunFiles,
  path: string,
  wanted?: ReadonlySet<string>,
): object[] {
  const bytes = files.read(path);
  if (bytes === null) {
    throw new UserError(`${path} does not exist; finish the run first, with the command that started it`);
  }
  const arrow = tableFromIPC(bytes);
  const version = arrow.schema.metadata.get("schema_version");
  if (version !== String(SCHEMA_VERSION)) {
    throw new UserError(
      `${path} has schema_version ${version ?? "none"}, but this version reads ${SCHEMA_VERSION}; read it with the version that wrote it`,
    );
  }
  const names = new Set(arrow.schema.fields.map((field) => field.name));
  const missing = table.columns.filter((column) => !names.has(column.name)).map((column) => column.name);
  if (missing.length > 0)
    throw new UserError(`${path} lacks the columns ${missing.join(", ")}; run the experiment again`);
  const columns = table.columns.filter(({ name }) => wanted?.has(name) ?? true);
  return arrow.batches.flatMap((batch) => batchToRows({ ...table, columns }, batch));
}
