import { crc32c } from "@node-rs/crc32";
import { z } from "zod";
import { firstIssue } from "./first-issue.js";
import { MsgpackError, pack, unpack } from "./msgpack.js";

/** Frames of docs/protocol.md: preamble, header, up to eight blobs. */

export const PROTOCOL = { major: 3, minor: 0 } as const;
export const MAX_HEADER_BYTES = 64 * 1024;
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const MAGIC = Buffer.from("SW", "latin1");
const MIN_FRAMES = 2;
const MAX_FRAMES = 10;
const BODY = "body";

export const ITEM_BYTES = { float32: 4, bfloat16: 2, float16: 2, int32: 4, int64: 8, uint8: 1 } as const;
export type TensorDtype = keyof typeof ITEM_BYTES;

/** A named array as it travels: little-endian, C order. */
export interface Tensor {
  readonly name: string;
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

const count = z.int().nonnegative();
const blobSchema = z.strictObject({
  name: z.string().min(1).max(256),
  dtype: z.enum(["msgpack", "float32", "bfloat16", "float16", "int32", "int64", "uint8"]),
  shape: z.array(count).max(16).readonly(),
  nbytes: count,
  crc32c: count.max(0xffffffff),
});

const MESSAGE_TYPES = [
  ...["hello", "heartbeat", "reply", "result", "error"],
  ...["welcome", "reject", "committed", "discard", "cancel", "stop"],
  ...["describe", "check_params", "tokenize", "load", "fit", "put", "accessibility"],
  ...["generate", "logprobs", "calibrate", "speed_test"],
] as const;

const headerSchema = z.strictObject({
  minor: count,
  type: z.enum(MESSAGE_TYPES),
  run: z.string().max(256),
  session: z.string().max(256),
  seq: count,
  reply_to: count.nullable(),
  block: z.string().max(256).nullable(),
  lease: count.nullable(),
  attempt: z.int().positive().nullable(),
  blobs: z
    .array(blobSchema)
    .max(MAX_FRAMES - MIN_FRAMES)
    .readonly(),
});

type WireHeader = Readonly<z.infer<typeof headerSchema>>;
export type Header = Omit<WireHeader, "minor" | "blobs">;

export interface Message {
  readonly header: Header;
  /** Undefined where the message has no body. */
  readonly body: unknown;
  readonly tensors: readonly Tensor[];
}

export type DropReason =
  | "preamble"
  | "version"
  | "frame_count"
  | "size"
  | "msgpack"
  | "header"
  | "blob_count"
  | "blob_size"
  | "checksum";
type Decoded =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly reason: DropReason; readonly detail: string };

/** Frames without the routing id. Throws RangeError for what exceeds the limits, MsgpackError for what msgpack cannot carry. */
export function encode(header: Header, body?: unknown, tensors: readonly Tensor[] = []): Buffer[] {
  const bodyBytes = body === undefined ? [] : [pack(body)];
  const blobs = [
    ...bodyBytes.map((bytes) => ({ name: BODY, dtype: "msgpack", shape: [], bytes })),
    ...tensors.map((tensor) => ({ ...tensor, bytes: Buffer.from(tensor.bytes) })),
  ];
  const head = pack({
    minor: PROTOCOL.minor,
    ...header,
    blobs: blobs.map(({ name, dtype, shape, bytes }) => ({
      name,
      dtype,
      shape: [...shape],
      nbytes: bytes.length,
      crc32c: crc32c(bytes),
    })),
  });
  const frames = [preamble(PROTOCOL.major), head, ...blobs.map((blob) => blob.bytes)];
  const problem = sizeProblem(frames);
  if (problem) throw new RangeError(`A ${header.type} message does not fit a frame: ${problem}.`);
  return frames;
}

function preamble(major: number): Buffer {
  return Buffer.from([...MAGIC, major >> 8, major & 0xff]);
}

/** Check and decode frames (without the routing id) in the order of docs/protocol.md; bytes are copied out of the frames. */
export function decode(frames: readonly Uint8Array[]): Decoded {
  const first = frames[0];
  if (first?.length !== 4 || first[0] !== MAGIC[0] || first[1] !== MAGIC[1]) {
    return drop("preamble", "the first frame is not a preamble");
  }
  const major = ((first[2] ?? 0) << 8) | (first[3] ?? 0);
  if (major !== PROTOCOL.major) return drop("version", `major version ${major}, not ${PROTOCOL.major}`);
  const problem = sizeProblem(frames);
  if (problem)
    return drop(frames.length < MIN_FRAMES || frames.length > MAX_FRAMES ? "frame_count" : "size", problem);

  try {
    const header = parseHeader(frames[1] ?? new Uint8Array());
    const blobs = frames.slice(MIN_FRAMES);
    checkBlobs(header.blobs, blobs);
    const { blobs: entries, minor: _minor, ...rest } = header;
    let body: unknown;
    const tensors: Tensor[] = [];
    for (const [index, { name, dtype, shape }] of entries.entries()) {
      const bytes = blobs[index] ?? new Uint8Array();
      if (dtype === "msgpack") body = unpackMap(bytes, "body");
      else tensors.push({ name, dtype, shape, bytes: Uint8Array.from(bytes) });
    }
    return { ok: true, message: { header: rest, body, tensors } };
  } catch (error) {
    if (error instanceof FrameError) return drop(error.reason, error.message);
    throw error;
  }
}

class FrameError extends Error {
  override readonly name = "FrameError";
  readonly reason: DropReason;

  constructor(reason: DropReason, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

function sizeProblem(frames: readonly Uint8Array[]): string | null {
  if (frames.length < MIN_FRAMES || frames.length > MAX_FRAMES) return `${frames.length} frames, not 2 to 10`;
  const header = frames[1]?.length ?? 0;
  if (header > MAX_HEADER_BYTES) return `a header of ${header} bytes, more than ${MAX_HEADER_BYTES}`;
  const total = frames.reduce((sum, frame) => sum + frame.length, 0);
  return total > MAX_MESSAGE_BYTES ? `${total} bytes, more than ${MAX_MESSAGE_BYTES}` : null;
}

function unpackMap(bytes: Uint8Array, what: string): object {
  try {
    const value = unpack(bytes);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
    throw new MsgpackError("not a map");
  } catch (error) {
    if (error instanceof MsgpackError) throw new FrameError("msgpack", `the ${what}: ${error.message}`);
    throw error;
  }
}

function parseHeader(bytes: Uint8Array): WireHeader {
  const parsed = headerSchema.safeParse(unpackMap(bytes, "header"));
  if (!parsed.success) throw new FrameError("header", firstIssue(parsed.error));
  return parsed.data;
}

function checkBlobs(entries: WireHeader["blobs"], blobs: readonly Uint8Array[]): void {
  if (entries.length !== blobs.length) {
    throw new FrameError("blob_count", `${blobs.length} blobs where the header names ${entries.length}`);
  }
  if (new Set(entries.map((entry) => entry.name)).size !== entries.length) {
    throw new FrameError("header", "two blobs of one name");
  }
  for (const [index, { name, dtype, shape, nbytes }] of entries.entries()) {
    const isBody = dtype === "msgpack";
    if (isBody !== (name === BODY) || (isBody && (index !== 0 || shape.length !== 0))) {
      throw new FrameError("header", "a body is blob 0, named `body`, with dtype `msgpack` and shape []");
    }
    const length = blobs[index]?.length ?? 0;
    const needed =
      dtype === "msgpack" ? nbytes : shape.reduce((product, size) => product * size, ITEM_BYTES[dtype]);
    if (length !== nbytes || length !== needed) {
      throw new FrameError(
        "blob_size",
        `blob ${name} has ${length} bytes, the header says ${nbytes}, its shape ${needed}`,
      );
    }
  }
  for (const [index, entry] of entries.entries()) {
    const sum = crc32c(blobs[index] ?? new Uint8Array());
    if (sum !== entry.crc32c)
      throw new FrameError("checksum", `blob ${entry.name} has crc32c ${sum}, not ${entry.crc32c}`);
  }
}

function drop(reason: DropReason, detail: string): Decoded {
  return { ok: false, reason, detail };
}
