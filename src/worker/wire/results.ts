import type { Tensor, TensorDtype } from "./frames.js";
import type { AccessibilityReply, CalibrateReply, GenerateReply, LogprobsReply } from "./requests.js";

/** What a block yields: columns in the order of what was asked, blobs by name as raw little-endian bytes. */
export type BlockResult =
  | {
      readonly kind: "generate";
      readonly body: GenerateReply;
      readonly blobs: ReadonlyMap<string, Uint8Array>;
    }
  | {
      readonly kind: "logprobs";
      readonly body: LogprobsReply;
      readonly blobs: ReadonlyMap<string, Uint8Array>;
    }
  | {
      readonly kind: "calibrate";
      readonly body: CalibrateReply;
      readonly blobs: ReadonlyMap<string, Uint8Array>;
    };

/** What the logit lens reads after one block, at the token where right answer and target part: nats and ranks from 0. */
export interface LensReading {
  readonly rightLogprob: number;
  readonly targetLogprob: number;
  readonly rightRank: number;
  readonly targetRank: number;
}

/** An answer that is not what docs/protocol.md says: its schema is broken, or its parts do not fit together. */
export class BadAnswer extends Error {
  override readonly name = "BadAnswer";
}

/** Throws BadAnswer unless every column has one entry for each sample and the offsets cut the tokens into as many pieces. */
export function generateResult(body: GenerateReply, tensors: readonly Tensor[], count: number): BlockResult {
  for (const [name, column] of Object.entries(body.samples))
    expectLength(`samples.${name}`, column.length, count);
  tokenCounts(tensors, count);
  return { kind: "generate", body, blobs: blobsOf(tensors) };
}

/** Throws BadAnswer unless there is one entry for each item, and one token id and log-probability for each token. */
export function logprobsResult(body: LogprobsReply, tensors: readonly Tensor[], count: number): BlockResult {
  for (const [name, column] of Object.entries(body.items))
    expectLength(`items.${name}`, column.length, count);
  const counts = tokenCounts(tensors, count);
  for (const [item, tokens] of counts.entries()) {
    expectLength(`tokens of item ${item}`, tokens, body.items.n_tokens[item] ?? 0);
  }
  const total = counts.reduce((sum, tokens) => sum + tokens, 0);
  expectLength("logprobs", list(tensors, "logprobs", "float32").length, total);
  return { kind: "logprobs", body, blobs: blobsOf(tensors) };
}

/** Throws BadAnswer unless there is one entry and one divergence for each item. */
export function calibrateResult(
  body: CalibrateReply,
  tensors: readonly Tensor[],
  count: number,
): BlockResult {
  expectLength("items.error", body.items.error.length, count);
  expectLength("kl", list(tensors, "kl", "float32").length, count);
  return { kind: "calibrate", body, blobs: blobsOf(tensors) };
}

/** Readings by prompt and layer; null for a prompt with an error. Throws BadAnswer unless the blob fits the body. */
export function lensReadings(
  { error, layers }: AccessibilityReply,
  tensors: readonly Tensor[],
  count: number,
): (readonly LensReading[] | null)[] {
  expectLength("error", error.length, count);
  const { shape, bytes } = named(tensors, "accessibility", "float32");
  if (shape.join() !== [count, layers, 4].join()) {
    throw new BadAnswer(`blob accessibility has shape [${shape.join(", ")}], not [${count}, ${layers}, 4]`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return error.map((reason, prompt) => {
    if (reason !== null) return null;
    return Array.from({ length: layers }, (_, layer) => {
      const value = (column: number) => view.getFloat32(4 * (4 * (prompt * layers + layer) + column), true);
      return {
        rightLogprob: value(0),
        targetLogprob: value(1),
        rightRank: value(2),
        targetRank: value(3),
      };
    });
  });
}

/** Tokens of each sample, from the offsets. */
function tokenCounts(tensors: readonly Tensor[], count: number): number[] {
  const total = list(tensors, "token_ids", "int32").length;
  const { bytes, length } = list(tensors, "token_offsets", "int64");
  expectLength("token_offsets", length, count + 1);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const offsets = Array.from({ length }, (_, i) => Number(view.getBigInt64(8 * i, true)));
  const counts = offsets.slice(1).map((end, i) => end - (offsets[i] ?? 0));
  if (offsets[0] !== 0 || offsets.at(-1) !== total || counts.some((tokens) => tokens < 0)) {
    throw new BadAnswer(`token_offsets do not cut ${total} token ids into ${count} pieces`);
  }
  return counts;
}

function list(
  tensors: readonly Tensor[],
  name: string,
  dtype: TensorDtype,
): { bytes: Uint8Array; length: number } {
  const { bytes, shape } = named(tensors, name, dtype);
  const [length] = shape;
  if (shape.length !== 1 || length === undefined) {
    throw new BadAnswer(`blob ${name} has shape [${shape.join(", ")}] and is no list`);
  }
  return { bytes, length };
}

function named(tensors: readonly Tensor[], name: string, dtype: TensorDtype): Tensor {
  const tensor = tensors.find((candidate) => candidate.name === name);
  if (!tensor) throw new BadAnswer(`there is no blob ${name}`);
  if (tensor.dtype !== dtype) throw new BadAnswer(`blob ${name} is ${tensor.dtype}, not ${dtype}`);
  return tensor;
}

function blobsOf(tensors: readonly Tensor[]): ReadonlyMap<string, Uint8Array> {
  return new Map(tensors.map((tensor) => [tensor.name, tensor.bytes]));
}

function expectLength(what: string, received: number, expected: number): void {
  if (received !== expected) throw new BadAnswer(`${what} has length ${received}, not ${expected}`);
}
