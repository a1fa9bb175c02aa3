import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { replaceFile } from "./log/durable.js";
import type { RunFolder } from "./run-folder.js";
import { StoreDamaged } from "./store-damaged.js";

interface VectorTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Little-endian, C order. */
  readonly bytes: Uint8Array;
}

const safetensorsDtypes: Readonly<Record<string, string>> = {
  float32: "F32",
  float16: "F16",
  bfloat16: "BF16",
  int32: "I32",
  int64: "I64",
  uint8: "U8",
};

const Header = z.record(
  z.string(),
  z.object({
    dtype: z.string(),
    shape: z.array(z.number()),
    data_offsets: z.tuple([z.number(), z.number()]),
  }),
);

export const vectorPath = (folder: Pick<RunFolder, "vectors">, id: string): string =>
  join(folder.vectors, `${id}.safetensors`);

/** Saves fitted tensors as a safetensors file and returns its sha256. */
export function saveVector(path: string, tensors: readonly VectorTensor[]): string {
  const header: Record<string, unknown> = {};
  let offset = 0;
  for (const tensor of tensors) {
    header[tensor.name] = {
      dtype: safetensorsDtypes[tensor.dtype] ?? tensor.dtype,
      shape: tensor.shape,
      data_offsets: [offset, offset + tensor.bytes.length],
    };
    offset += tensor.bytes.length;
  }
  const json = JSON.stringify(header);
  const head = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(head.length));
  const bytes = Buffer.concat([length, head, ...tensors.map((tensor) => tensor.bytes)]);
  return replaceFile(path, bytes).sha256;
}

/**
 * Reads a saved vector after checking that it is the one the manifest names.
 *
 * @throws StoreDamaged if the file is missing or its content has changed.
 */
export function checkVector(path: string, expectedSha256: string): Buffer {
  if (!existsSync(path))
    throw new StoreDamaged(
      `${path} is missing, but the manifest names it; restore it from a copy of the run`,
    );
  const bytes = readFileSync(path);
  if (sha256(bytes) !== expectedSha256) {
    throw new StoreDamaged(
      `${path} does not have the sha256 that the manifest recorded when it was fitted; restore it from a copy of the run`,
    );
  }
  return bytes;
}

/** The tensors of a saved vector, checked. */
export function loadVector(path: string, expectedSha256: string): VectorTensor[] {
  const bytes = checkVector(path, expectedSha256);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = Header.parse(JSON.parse(bytes.toString("utf8", 8, 8 + length)));
  return Object.entries(header).map(
    ([
      name,
      {
        dtype,
        shape,
        data_offsets: [start, end],
      },
    ]) => ({
      name,
      dtype: Object.entries(safetensorsDtypes).find(([, short]) => short === dtype)?.[0] ?? dtype,
      shape,
      bytes: Uint8Array.from(bytes.subarray(8 + length + start, 8 + length + end)),
    }),
  );
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
