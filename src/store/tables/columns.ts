import { type DataType, Field, Float64, Int32, Int64, List, Schema, Utf8 } from "apache-arrow";

/** Version of the three tables, written into every schema's metadata and raised when a column changes meaning. */
export const SCHEMA_VERSION = 1;

export type ColumnType = "utf8" | "int32" | "int64" | "float64" | "int32[]" | "float64[]";

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
}

export interface TableColumns {
  readonly table: "samples" | "measurements" | "scores";
  readonly columns: readonly Column[];
}

const column = (name: string, type: ColumnType, nullable = false): Column => ({ name, type, nullable });

const condition: readonly Column[] = [
  column("method", "utf8", true),
  column("question", "utf8", true),
  column("vector_id", "utf8", true),
  column("draw", "int32", true),
  column("layer", "int32", true),
  column("positions", "utf8", true),
  column("strength", "float64", true),
  column("unit", "utf8", true),
  column("strength_raw", "float64", true),
  column("strength_resid", "float64", true),
];

const provenance: readonly Column[] = [
  column("worker", "utf8"),
  column("attempt", "int32"),
  column("lease", "int64"),
];

export const sampleColumns: TableColumns = {
  table: "samples",
  columns: [
    column("plan_index", "int64"),
    column("sample_id", "utf8"),
    column("block_id", "utf8"),
    column("cell_id", "utf8"),
    column("model", "utf8"),
    column("parameters", "int64"),
    column("role", "utf8"),
    ...condition,
    column("prompt_kind", "utf8"),
    column("prompt_id", "utf8"),
    column("capability", "utf8", true),
    column("sample_index", "int32"),
    column("text", "utf8"),
    column("token_ids", "int32[]"),
    column("prompt_tokens", "int32"),
    column("stop", "utf8"),
    column("error", "utf8", true),
    column("applied_norm", "float64", true),
    ...provenance,
    column("realised_rows", "int32"),
    column("block_seconds", "float64"),
  ],
};

export const measurementColumns: TableColumns = {
  table: "measurements",
  columns: [
    column("plan_index", "int64"),
    column("measurement_id", "utf8"),
    column("block_id", "utf8"),
    column("cell_id", "utf8"),
    column("model", "utf8"),
    ...condition,
    column("prompt_id", "utf8"),
    column("name", "utf8"),
    column("answer_role", "utf8"),
    column("continuation", "utf8"),
    column("n_tokens", "int32"),
    column("logprob", "float64", true),
    column("token_logprobs", "float64[]"),
    column("error", "utf8", true),
    ...provenance,
  ],
};

export const scoreColumns: TableColumns = {
  table: "scores",
  columns: [
    column("plan_index", "int64"),
    column("sample_id", "utf8"),
    column("scorer", "utf8"),
    column("scorer_version", "int32"),
    column("value", "float64", true),
    column("label", "utf8", true),
    column("reason", "utf8", true),
  ],
};

export const TABLES: readonly TableColumns[] = [sampleColumns, measurementColumns, scoreColumns];

const arrowTypes: Record<ColumnType, () => DataType> = {
  utf8: () => new Utf8(),
  int32: () => new Int32(),
  int64: () => new Int64(),
  float64: () => new Float64(),
  "int32[]": () => new List(new Field("item", new Int32(), false)),
  "float64[]": () => new List(new Field("item", new Float64(), false)),
};

/** The Arrow schema of a table: plain Utf8 (no dictionaries), so that every reader takes it. */
export function arrowSchema({ table, columns }: TableColumns): Schema {
  const fields = columns.map(({ name, type, nullable }) => new Field(name, arrowTypes[type](), nullable));
  return new Schema(
    fields,
    new Map([
      ["schema_version", String(SCHEMA_VERSION)],
      ["table", table],
    ]),
  );
}
