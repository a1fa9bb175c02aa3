import type { Cell, PlannedMeasurement, PlannedModel, PlannedPrompt, SampleSpec } from "../../plan/plan.js";
import type { MeasurementRow, SampleRow } from "../../store/tables/columns.js";
import type { GenerateReply, LogprobsReply } from "../../worker/wire/requests.js";
import type { Strength } from "./strength-scale.js";

/** The worker that did a block, and how. */
interface Provenance {
  /** The planned one. */
  readonly block: string;
  readonly worker: string;
  readonly attempt: number;
  readonly lease: number;
}

/** Blobs of a result by name, as raw little-endian bytes. */
type Blobs = ReadonlyMap<string, Uint8Array>;

/** A worker's answer for one block, and its name. */
interface BlockAnswer<Reply> {
  readonly reply: Reply;
  readonly blobs: Blobs;
  readonly provenance: Provenance;
}

/** What the rows say of a cell beyond what it says itself. */
export interface CellFacts {
  readonly promptOf: (cell: Cell) => PlannedPrompt;
  readonly strengthOf: (cell: Cell) => Strength | null;
}

/** Rows of the samples table from what the worker answered for one block. */
export function sampleRows(
  { samples, model }: { readonly samples: readonly SampleSpec[]; readonly model: PlannedModel },
  { reply, blobs, provenance }: BlockAnswer<GenerateReply>,
  facts: CellFacts,
): SampleRow[] {
  requireLength("samples", samples.length, reply.samples.text.length);
  const ids = ragged(int32s(blobs, "token_ids"), offsets(blobs, samples.length));
  return samples.map((sample, row) => {
    const made: MadeSample = {
      text: at(reply.samples.text, row),
      token_ids: at(ids, row),
      prompt_tokens: at(reply.samples.prompt_tokens, row),
      stop: at(reply.samples.stop, row),
      error: at(reply.samples.error, row),
      applied_norm: at(reply.samples.applied_norm, row),
      worker: provenance.worker,
      attempt: provenance.attempt,
      lease: provenance.lease,
      realised_rows: reply.realised_rows,
      block_seconds: reply.seconds,
    };
    return sampleRow({ sample, model, block: provenance.block }, made, facts);
  });
}

/** What of a sample's row comes of making it; the rest is planned. */
export type MadeSample = Pick<
  SampleRow,
  | ("text" | "token_ids" | "prompt_tokens" | "stop" | "error" | "applied_norm")
  | ("worker" | "attempt" | "lease" | "realised_rows" | "block_seconds")
>;

interface PlannedSample {
  readonly sample: SampleSpec;
  readonly model: PlannedModel;
  /** The planned one. */
  readonly block: string;
}

/** A row of the samples table. */
export function sampleRow(
  { sample, model, block }: PlannedSample,
  made: MadeSample,
  { promptOf, strengthOf }: CellFacts,
): SampleRow {
  const { id, plan_index, cell, index } = sample;
  const prompt = promptOf(cell);
  return {
    plan_index,
    sample_id: id,
    block_id: block,
    cell_id: cell.id,
    model: model.name,
    parameters: model.shape.parameters,
    role: cell.role,
    ...condition(cell, strengthOf(cell)),
    prompt_kind: prompt.kind,
    prompt_id: prompt.id,
    capability: prompt.capability,
    sample_index: index,
    ...made,
  };
}

/** What a block of measurements asked, `first` being the place of the first of them in the plan. */
interface MeasurementsAsked {
  readonly measurements: readonly PlannedMeasurement[];
  readonly first: number;
  readonly cellOf: (measurement: PlannedMeasurement) => Cell;
}

/** Rows of the measurements table from what the worker answered for one block. */
export function measurementRows(
  { measurements, first, cellOf }: MeasurementsAsked,
  { reply, blobs, provenance }: BlockAnswer<LogprobsReply>,
  { promptOf, strengthOf }: CellFacts,
): MeasurementRow[] {
  requireLength("items", measurements.length, reply.items.n_tokens.length);
  const logprobs = ragged(float32s(blobs, "logprobs"), offsets(blobs, measurements.length));
  return measurements.map((measurement, row) => {
    const cell = cellOf(measurement);
    const error = at(reply.items.error, row);
    const values = error === null ? at(logprobs, row) : [];
    return {
      plan_index: first + row,
      measurement_id: measurement.id,
      block_id: provenance.block,
      cell_id: cell.id,
      model: cell.model,
      ...condition(cell, strengthOf(cell)),
      prompt_id: promptOf(cell).id,
      name: measurement.name,
      answer_role: measurement.role,
      continuation: measurement.continuation,
      n_tokens: at(reply.items.n_tokens, row),
      logprob: error === null ? values.reduce((sum, value) => sum + value, 0) : null,
      token_logprobs: values,
      error,
      worker: provenance.worker,
      attempt: provenance.attempt,
      lease: provenance.lease,
    };
  });
}

function condition(cell: Cell, strength: Strength | null) {
  return {
    method: cell.method,
    question: cell.question,
    vector_id: cell.vector,
    draw: cell.draw,
    layer: cell.layer,
    positions: cell.positions,
    strength: cell.strength,
    unit: cell.unit,
    strength_raw: strength?.raw ?? null,
    strength_resid: strength?.resid ?? null,
  };
}

/** A flat list cut at offsets: one more of them than pieces. */
export function ragged(flat: readonly number[], offsets: readonly number[]): number[][] {
  return offsets.slice(1).map((end, row) => flat.slice(offsets[row], end));
}

/** `token_offsets` of a result of `count` items. */
export function offsets(blobs: Blobs, count: number): number[] {
  const values = Array.from(new BigInt64Array(aligned(blobs, "token_offsets")), Number);
  requireLength("token_offsets", count + 1, values.length);
  return values;
}

const int32s = (blobs: Blobs, name: string) => Array.from(new Int32Array(aligned(blobs, name)));
export const float32s = (blobs: Blobs, name: string) => Array.from(new Float32Array(aligned(blobs, name)));

/** An aligned copy: received frames may be at any address. */
function aligned(blobs: Blobs, name: string): ArrayBuffer {
  const bytes = blobs.get(name);
  if (bytes === undefined) throw new Error(`the worker's result lacks the blob ${name}`);
  return Uint8Array.from(bytes).buffer;
}

function at<T>(values: readonly T[], index: number): T {
  if (index >= values.length)
    throw new Error(`the worker's result has ${values.length} values where ${index + 1} were asked for`);
  return values[index] as T;
}

function requireLength(name: string, expected: number, received: number): void {
  if (expected !== received)
    throw new Error(`the worker's result has ${received} ${name} where ${expected} were asked for`);
}
