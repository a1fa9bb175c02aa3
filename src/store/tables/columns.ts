import { type DataType, Field, Float64, Int32, Int64, List, Schema, Utf8 } from "apache-arrow";

/** Version of the three tables, written into every schema's metadata and raised when a column changes meaning. */
export const SCHEMA_VERSION = 1;

interface ValueOf {
  readonly utf8: string;
  readonly int32: number;
  readonly int64: number;
  readonly float64: number;
  readonly "int32[]": readonly number[];
  readonly "float64[]": readonly number[];
}

export type ColumnType = keyof ValueOf;

/** A column of a table; `Value`, which only the compiler knows, is what a row holds in it. */
interface Column<Name extends string = string, Value = unknown> {
  readonly name: Name;
  readonly type: ColumnType;
  readonly nullable: boolean;
  readonly value?: Value;
}

export interface TableColumns<Columns extends readonly Column[] = readonly Column[]> {
  readonly table: "samples" | "measurements" | "scores";
  readonly columns: Columns;
}

/** The row of a table: its columns as keys. */
type RowOf<Table extends TableColumns> = {
  readonly [Each in Table["columns"][number] as Each["name"]]: Each extends Column<string, infer Value>
    ? Value
    : never;
};

const column = <Name extends string, Type extends ColumnType>(
  name: Name,
  type: Type,
): Column<Name, ValueOf[Type]> => ({ name, type, nullable: false });

const nullable = <Name extends string, Type extends ColumnType>(
  name: Name,
  type: Type,
): Column<Name, ValueOf[Type] | null> => ({ name, type, nullable: true });

/** A text column that holds one of these words. */
const word = <Name extends string, Word extends string>(
  name: Name,
  ..._words: readonly Word[]
): Column<Name, Word> => ({ name, type: "utf8", nullable: false });

const tableOf = <const Columns extends readonly Column[]>(
  table: TableColumns["table"],
  columns: Columns,
): TableColumns<Columns> => ({ table, columns });

const condition = [
  nullable("method", "utf8"),
  nullable("question", "utf8"),
  nullable("vector_id", "utf8"),
  nullable("draw", "int32"),
  nullable("layer", "int32"),
  nullable("positions", "utf8"),
  nullable("strength", "float64"),
  nullable("unit", "utf8"),
  nullable("strength_raw", "float64"),
  nullable("strength_resid", "float64"),
] as const;

const provenance = [column("worker", "utf8"), column("attempt", "int32"), column("lease", "int64")] as const;

export const sampleColumns = tableOf("samples", [
  column("plan_index", "int64"),
  column("sample_id", "utf8"),
  column("block_id", "utf8"),
  column("cell_id", "utf8"),
  column("model", "utf8"),
  column("parameters", "int64"),
  word("role", "baseline", "method", "control"),
  ...condition,
  word("prompt_kind", "question", "task"),
  column("prompt_id", "utf8"),
  nullable("capability", "utf8"),
  column("sample_index", "int32"),
  column("text", "utf8"),
  column("token_ids", "int32[]"),
  column("prompt_tokens", "int32"),
  word("stop", "end", "length", "stop", "error"),
  nullable("error", "utf8"),
  nullable("applied_norm", "float64"),
  ...provenance,
  column("realised_rows", "int32"),
  column("block_seconds", "float64"),
]);

export const measurementColumns = tableOf("measurements", [
  column("plan_index", "int64"),
  column("measurement_id", "utf8"),
  column("block_id", "utf8"),
  column("cell_id", "utf8"),
  column("model", "utf8"),
  ...condition,
  column("prompt_id", "utf8"),
  column("name", "utf8"),
  word("answer_role", "right", "target"),
  column("continuation", "utf8"),
  column("n_tokens", "int32"),
  // Sum over the continuation's tokens, nats; null where the model gave NaN or infinite logits.
  nullable("logprob", "float64"),
  column("token_logprobs", "float64[]"),
  nullable("error", "utf8"),
  ...provenance,
]);

export const scoreColumns = tableOf("scores", [
  column("plan_index", "int64"),
  column("sample_id", "utf8"),
  column("scorer", "utf8"),
  column("scorer_version", "int32"),
  nullable("value", "float64"),
  nullable("label", "utf8"),
  nullable("reason", "utf8"),
]);

/** docs/results-format.md says what each column means. */
export type SampleRow = RowOf<typeof sampleColumns>;
export type MeasurementRow = RowOf<typeof measurementColumns>;
export type ScoreRow = RowOf<typeof scoreColumns>;

export const TABLES: readonly TableColumns[] = [sampleColumns, measurementColumns, scoreColumns];

const arrowTypes: Record<ColumnType, () => DataType> = {
  utf8: () => new Utf8(),
  int32: () => new Int32(),
  int64: () => new Int64(),
  float64: () => new Float64(),
  "int32[]": () => new List(new Field("item", new Int32(), false)),
  "float64[]": () => new List(new Field("item", new Float64(), false)),
};

/** The Arrow schema of a table: plain Utf8 (no dictionaries), which every reader supports. */
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
