import type { Tensor, TensorDtype } from "./frames.js";
import type { GenerateReply, LogprobsReply } from "./requests.js";

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
    };

/** An answer that is not what docs/protocol.md says: its schema is broken, or its parts do not fit together. */
export class BadAnswer extends Error {
  override readonly name = "BadAnswer";
}

/** Throws BadAnswer unless every column has one entry a sample and the offsets cut the tokens into as many pieces. */
export function generateResult(body: GenerateReply, tensors: readonly Tensor[], count: number): BlockResult {
  for (const [name, column] of Object.entries(body.samples))
    expectLength(`samples.${name}`, column.length, count);
  tokenCounts(tensors, count);
  return { kind: "generate", body, blobs: blobsOf(tensors) };
}

/** Throws BadAnswer unless there is one entry an item, and one token id and log-probability a token. */
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
  const tensor = tensors.find((candidate) => candidate.name === name);
  const length = tensor?.shape[0];
  if (!tensor) throw new BadAnswer(`there is no blob ${name}`);
  if (tensor.dtype !== dtype || tensor.shape.length !== 1 || length === undefined) {
    throw new BadAnswer(
      `blob ${name} is ${tensor.dtype} of shape [${tensor.shape.join(", ")}], not a list of ${dtype}`,
    );
  }
  return { bytes: tensor.bytes, length };
}

function blobsOf(tensors: readonly Tensor[]): ReadonlyMap<string, Uint8Array> {
  return new Map(tensors.map((tensor) => [tensor.name, tensor.bytes]));
}

function expectLength(what: string, received: number, expected: number): void {
  if (received !== expected) throw new BadAnswer(`${what} has length ${received}, not ${expected}`);
}
