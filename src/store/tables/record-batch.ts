import {
  type Float64,
  type Int32,
  type List,
  makeData,
  RecordBatch,
  type Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  type Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import { arrowSchema, type ColumnType, type TableColumns } from "./columns.js";

/** End-of-stream marker of an Arrow IPC stream. */
const END_OF_STREAM = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

/** A row of one of the tables (`columns.ts`); its keys are the table's columns. */
export type Row = object;

const cell = (row: Row, name: string): unknown => Reflect.get(row, name) ?? null;

/** Rows as one Arrow record batch. Throws on a value that the column cannot hold. */
export function rowsToBatch(table: TableColumns, rows: readonly Row[]): RecordBatch {
  const schema = arrowSchema(table);
  const children = table.columns.map(({ name, type, nullable }, index) => {
    const field = schema.fields[index];
    if (field === undefined) throw new Error(`column ${name} of ${table.table} has no field`);
    const values = rows.map((row) => {
      const value = cell(row, name);
      if (value === null && !nullable)
        throw new TypeError(`${table.table}.${name} of row ${cell(row, "plan_index")} is null`);
      if (typeof value === "number" && !Number.isFinite(value)) {
        throw new TypeError(
          `${table.table}.${name} of row ${cell(row, "plan_index")} is ${value}; missing is null`,
        );
      }
      return type === "int64" && typeof value === "number" ? BigInt(value) : value;
    });
    return vectorFromArray(values, field.type).data[0];
  });
  const data = makeData({
    type: new Struct(schema.fields),
    length: rows.length,
    nullCount: 0,
    children: children.filter((child) => child !== undefined),
  });
  return new RecordBatch(schema, data);
}

const schemas = new WeakMap<TableColumns, Uint8Array>();

/** The bytes that start every stream of the table: its schema message, made once because every batch needs it. */
export function schemaBytes(table: TableColumns): Uint8Array {
  const known = schemas.get(table);
  if (known !== undefined) return known;
  const bytes = schemaMessage(arrowSchema(table));
  schemas.set(table, bytes);
  return bytes;
}

/** A schema as the message that begins a stream. */
export const schemaMessage = (schema: Schema): Uint8Array =>
  withoutEnd(tableToIPC(new Table(schema), "stream"));

/** One record batch as stream bytes, without schema and end, to append for one block. */
export function batchBytes(table: TableColumns, rows: readonly Row[]): Uint8Array {
  const stream = withoutEnd(tableToIPC(new Table([rowsToBatch(table, rows)]), "stream"));
  return stream.subarray(schemaBytes(table).length);
}

/** Decodes one batch that `batchBytes` made. */
export function decodeBatch(table: TableColumns, bytes: Uint8Array): RecordBatch {
  const stream = Buffer.concat([schemaBytes(table), bytes, END_OF_STREAM]);
  const batch = tableFromIPC(stream).batches[0];
  if (batch === undefined) throw new Error(`${table.table}: a committed record holds no batch`);
  return batch;
}

/** The rows of a batch as plain objects: int64 as numbers, lists as arrays, missing as null. */
export function batchToRows(table: TableColumns, batch: RecordBatch): Row[] {
  // The single batch of a table without rows has no data in its columns.
  if (batch.numRows === 0) return [];
  const columns = table.columns.map(({ name, type }) => {
    const vector = batch.getChild(name);
    if (vector === null) throw new Error(`${table.table} has no column ${name}`);
    return { name, valueAt: reader(type, vector) };
  });
  return Array.from({ length: batch.numRows }, (_, index) => {
    const row: Record<string, unknown> = {};
    for (const { name, valueAt } of columns) row[name] = valueAt(index);
    return row;
  });
}

/** A column's values by row. Reading numbers from their array is several times faster than from the vector. */
function reader(type: ColumnType, vector: Vector): (index: number) => unknown {
  if (type === "utf8") return textReader(vector as Vector<Utf8>);
  if (type.endsWith("[]")) return listReader(vector as Vector<List<Int32 | Float64>>);
  const values = vector.toArray() as ArrayLike<number | bigint>;
  if (vector.nullCount === 0) return (index) => Number(values[index]);
  return (index) => (vector.isValid(index) ? Number(values[index]) : null);
}

/** Text by row. Neighbours are mostly equal, and comparing bytes costs less than decoding them. */
function textReader(vector: Vector<Utf8>): (index: number) => string | null {
  const [data, ...rest] = vector.data;
  if (data === undefined || rest.length > 0) return (index) => vector.get(index);
  const { values, valueOffsets } = data;
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  let from = 0;
  let to = 0;
  let text = "";
  return (index) => {
    if (vector.nullCount > 0 && !vector.isValid(index)) return null;
    const start = valueOffsets[index] ?? 0;
    const end = valueOffsets[index + 1] ?? start;
    if (end - start === to - from && bytes.compare(bytes, from, to, start, end) === 0) return text;
    text = bytes.toString("utf8", start, end);
    from = start;
    to = end;
    return text;
  };
}

/** Lists by row, cut out of the numbers of all rows: a vector for each of them takes several times as long. */
function listReader(vector: Vector<List<Int32 | Float64>>): (index: number) => number[] | null {
  const [data, ...rest] = vector.data;
  const [numbers, ...more] = data?.children ?? [];
  if (data === undefined || numbers === undefined || rest.length > 0 || more.length > 0)
    throw new Error("a list column of a batch lies in more than one piece");
  const { valueOffsets } = data;
  return (index) => {
    if (vector.nullCount > 0 && !vector.isValid(index)) return null;
    const list: number[] = [];
    for (let i = valueOffsets[index] ?? 0; i < (valueOffsets[index + 1] ?? 0); i++)
      list.push(numbers.values[i] ?? 0);
    return list;
  };
}

function withoutEnd(stream: Uint8Array): Uint8Array {
  const end = stream.subarray(stream.length - END_OF_STREAM.length);
  return Buffer.compare(end, END_OF_STREAM) === 0
    ? stream.subarray(0, stream.length - END_OF_STREAM.length)
    : stream;
}
