import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type RecordBatch, RecordBatchReader, type Schema } from "apache-arrow";
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
import { batchToRows, schemaMessage } from "./record-batch.js";

/** Bytes that are read at a time. */
const CHUNK = 1 << 20;
/** "ARROW1" and its padding, after which the batches of an Arrow file lie as in a stream. */
const MAGIC_BYTES = 8;
/** The footer's length and "ARROW1". */
const TAIL_BYTES = 10;

/** Rows of a sealed table in its order, read batch by batch each time they are gone through. */
export type Rows<Row> = Iterable<Row>;

export const readSamples = (files: RunFiles, path: string): Rows<SampleRow> =>
  readTable(sampleColumns, files, path) as Rows<SampleRow>;
/** Some columns of the samples; reading the others would double the cost. */
export const readSampleColumns = <Name extends keyof SampleRow>(
  files: RunFiles,
  path: string,
  names: readonly Name[],
): Rows<Pick<SampleRow, Name>> =>
  readTable(sampleColumns, files, path, new Set(names)) as Rows<Pick<SampleRow, Name>>;
export const readMeasurements = (files: RunFiles, path: string): Rows<MeasurementRow> =>
  readTable(measurementColumns, files, path) as Rows<MeasurementRow>;
export const readScores = (files: RunFiles, path: string): Rows<ScoreRow> =>
  readTable(scoreColumns, files, path) as Rows<ScoreRow>;

/** The rows of a sealed Arrow file, or some columns of them. */
function readTable(
  table: TableColumns,
  files: RunFiles,
  path: string,
  wanted?: ReadonlySet<string>,
): Rows<object> {
  const batches = sealedBatches(table, files, path);
  const columns = table.columns.filter(({ name }) => wanted?.has(name) ?? true);
  return {
    *[Symbol.iterator]() {
      for (const batch of batches) yield* batchToRows({ ...table, columns }, batch);
    },
  };
}

/** The batches of a sealed Arrow file, read each time they are gone through; its checksum, version and columns are checked at once. */
export function sealedBatches(table: TableColumns, files: RunFiles, path: string): Iterable<RecordBatch> {
  if (!files.check(path)) {
    throw new UserError(`${path} does not exist; finish the run first, with the command that started it`);
  }
  const schema = withFile(path, schemaOf);
  checkSchema(table, schema, path);
  return {
    *[Symbol.iterator]() {
      const descriptor = openSync(path, "r");
      try {
        yield* RecordBatchReader.from(streamOf(descriptor, schema));
      } finally {
        closeSync(descriptor);
      }
    },
  };
}

function checkSchema(table: TableColumns, schema: Schema, path: string): void {
  const version = schema.metadata.get("schema_version");
  if (version !== String(SCHEMA_VERSION)) {
    throw new UserError(
      `${path} has schema_version ${version ?? "none"}, but this version reads ${SCHEMA_VERSION}; read it with the version that wrote it`,
    );
  }
  const names = new Set(schema.fields.map((field) => field.name));
  const missing = table.columns.filter((column) => !names.has(column.name)).map((column) => column.name);
  if (missing.length > 0)
    throw new UserError(`${path} lacks the columns ${missing.join(", ")}; run the experiment again`);
}

function withFile<T>(path: string, use: (descriptor: number) => T): T {
  const descriptor = openSync(path, "r");
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The schema of an Arrow file, out of its footer: what lies between is not looked at. */
function schemaOf(descriptor: number): Schema {
  const { size } = fstatSync(descriptor);
  const tail = bytesAt(descriptor, size - TAIL_BYTES, TAIL_BYTES);
  const footer = tail.readInt32LE(0) + TAIL_BYTES;
  const start = bytesAt(descriptor, 0, MAGIC_BYTES);
  return RecordBatchReader.from(Buffer.concat([start, bytesAt(descriptor, size - footer, footer)])).open()
    .schema;
}

/** A file's batches as a stream: arrow's writer leaves the schema to the footer. Each chunk has its own buffer, since batches are views of it. */
function* streamOf(descriptor: number, schema: Schema): Generator<Uint8Array> {
  yield schemaMessage(schema);
  for (let position = MAGIC_BYTES; ; ) {
    const chunk = bytesAt(descriptor, position, CHUNK);
    if (chunk.length === 0) return;
    position += chunk.length;
    yield chunk;
  }
}

function bytesAt(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(descriptor, bytes, 0, length, position));
}
