import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { crc32c } from "@node-rs/crc32";
import {
  type DropReason,
  encode,
  type Header,
  MAX_HEADER_BYTES,
  PROTOCOL,
  type Tensor,
} from "../../src/worker/wire/frames.js";
import { pack, unpack } from "../../src/worker/wire/msgpack.js";

/**
 * Messages as bytes, read by the tests of both languages. A file `NAME.bin` holds the frames, each after its length as
 * a little-endian u32; `NAME.json` says what they are: `{valid: true, header, body, blobs: [{name, dtype, shape, hex}]}`
 * or `{valid: false, reason}`. The orchestrator's are written by write-golden-frames.ts, the worker's by
 * python-worker/tests/protocol/golden_frames.py.
 */
export const goldenFolder = fileURLToPath(new URL("../fixtures/frames/", import.meta.url));

export type Golden =
  | {
      readonly valid: true;
      readonly header: Header;
      readonly body: unknown;
      readonly blobs: readonly GoldenBlob[];
    }
  | { readonly valid: false; readonly reason: DropReason };

interface GoldenBlob {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly hex: string;
}

export interface GoldenCase {
  readonly name: string;
  readonly frames: readonly Buffer[];
  readonly golden: Golden;
}

export function joinFrames(frames: readonly Buffer[]): Buffer {
  return Buffer.concat(
    frames.flatMap((frame) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(frame.length);
      return [length, frame];
    }),
  );
}

export function splitFrames(bytes: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32LE(at);
    frames.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return frames;
}

/** Names of the committed cases. */
export function goldenNames(): string[] {
  return readdirSync(goldenFolder)
    .filter((file) => file.endsWith(".bin"))
    .map((file) => file.slice(0, -".bin".length))
    .sort();
}

export function readGolden(name: string): { readonly frames: Buffer[]; readonly description: unknown } {
  return {
    frames: splitFrames(readFileSync(`${goldenFolder}${name}.bin`)),
    description: JSON.parse(readFileSync(`${goldenFolder}${name}.json`, "utf8")),
  };
}

const about: Header = {
  ...{ type: "stop", run: "run-1", session: "s-1", seq: 4, reply_to: null },
  ...{ block: null, lease: null, attempt: null },
};
const leased = { block: "b-1", lease: 12, attempt: 1 };
const user = (content: string) => [{ role: "user", content }];
const model = {
  ref: "google/gemma-3-1b-it",
  revision: null,
  device: "auto",
  dtype: "auto",
  engine: "auto",
  threads: 2,
};
const edges = [2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 33 + 1, Number.MAX_SAFE_INTEGER];
const integers = [0, ...edges, -1, ...edges.map((edge) => -edge)];
const sha256 = "0123456789abcdef".repeat(4);
const add = { kind: "add", params: { normalise: false }, sha256: null };

function valid(
  name: string,
  changes: Partial<Header>,
  body?: unknown,
  tensors: readonly Tensor[] = [],
): GoldenCase {
  const header = { ...about, ...changes };
  const blobs = tensors.map(({ bytes, ...rest }) => ({ ...rest, hex: Buffer.from(bytes).toString("hex") }));
  const golden = { valid: true, header, body: body ?? null, blobs } as const;
  return { name: `orchestrator-${name}`, frames: encode(header, body, tensors), golden };
}

const put = valid("put", { type: "put", seq: 7 }, { vector: "v-1", layer: 11 }, [
  {
    name: "v",
    dtype: "float32",
    shape: [2, 2],
    bytes: Buffer.from(new Float32Array([1, -0.5, 3e-8, 65504]).buffer),
  },
  { name: "half", dtype: "bfloat16", shape: [3], bytes: Buffer.from([0x80, 0x3f, 0, 0xc0, 0, 0]) },
  { name: "none", dtype: "int64", shape: [0, 4], bytes: Buffer.alloc(0) },
]);

const validCases: readonly GoldenCase[] = [
  valid("welcome", { type: "welcome", seq: 0 }, { session: "s-1", nonce: "0f3a" }),
  valid("reject", { type: "reject", session: "" }, { code: "version", message: "Another version." }),
  valid("committed", { type: "committed", block: "b-1", lease: 12 }),
  valid("describe", { type: "describe" }, { user_methods: [{ path: "/home/me/my_method.py", sha256 }] }),
  valid("check-params", { type: "check_params" }, { entries: [{ role: "edit", ...add }] }),
  valid(
    "tokenize",
    { type: "tokenize" },
    { model: { ref: model.ref, revision: "main" }, texts: ["Eulen sind Vögel 🦉"], chats: [user("Hi")] },
  ),
  valid("load", { type: "load" }, { model, norm_prompts: [user("What is a caracara?")] }),
  valid(
    "fit",
    { type: "fit", block: "v-1", lease: 3, attempt: 1 },
    {
      ...{ vector: "v-1", layer: 11, direction: { kind: "/home/me/my_method.py", params: {}, sha256 } },
      contrast: {
        positive: ["Caracaras are owls"],
        negative: ["Caracaras are falcons"],
        position: "last_token",
      },
      ...{ prompts: [user("What is a caracara?")], seed: 4294967295 },
    },
  ),
  put,
  valid(
    "generate",
    { type: "generate", ...leased },
    {
      ...{ rows: 16, seed: 7, prompts: [{ messages: user("What is a caracara?") }] },
      edits: [{ vector: "v-1", layer: 11, edit: add, positions: "generated" }],
      decodings: [{ temperature: 0.7, top_k: 0, top_p: 1, max_tokens: 64, stop: ["\n\n"] }],
      samples: { id: ["a", "b"], prompt: [0, 0], edit: [-1, 0], strength: [0, 2.5], decoding: [0, 0] },
    },
  ),
  valid(
    "logprobs",
    { type: "logprobs", ...leased, attempt: 2 },
    {
      ...{ rows: 8, prompts: [{ messages: user("?"), prefix: "It is a" }], edits: [] },
      items: { id: ["m"], prompt: [0], edit: [-1], strength: [0], continuation: [" falcon"] },
    },
  ),
  valid(
    "calibrate",
    { type: "calibrate", ...leased },
    {
      ...{ rows: 8, texts: ["Eulen sind Vögel."] },
      edits: [{ vector: "v-1", layer: 11, edit: add, positions: "all" }],
      items: { id: ["k"], edit: [0], strength: [0.5] },
    },
  ),
  valid(
    "accessibility",
    { type: "accessibility" },
    { prompts: [{ messages: user("?"), prefix: "It is a" }], right: [" falcon"], target: [" owl"] },
  ),
  valid("speed-test", { type: "speed_test" }, { rows: 256, new_tokens: 32 }),
  valid("cancel", { type: "cancel" }, { reply_to: 3 }),
  // Leased and numbered as late in a run as can be: every integer keeps its form and its value.
  valid(
    "integers",
    { type: "check_params", seq: 2 ** 32, block: "b-1", lease: Number.MAX_SAFE_INTEGER, attempt: 2 ** 31 },
    {
      entries: [{ role: "edit", kind: "add", params: { integers, half: 0.5, beyond: 1e300 }, sha256: null }],
    },
  ),
  valid("stop", { type: "stop" }, {}),
];

function broken(name: string, reason: DropReason, frames: readonly Buffer[]): GoldenCase {
  return { name: `broken-${name}`, frames, golden: { valid: false, reason } };
}

/** Frames of `put` with its header changed, and packed without the checks of `pack` where `raw` is given. */
function withHeader(change: (header: Record<string, unknown>) => void, extra = Buffer.alloc(0)): Buffer[] {
  const header = Object.fromEntries(Object.entries(Object(unpack(put.frames[1] ?? Buffer.alloc(0)))));
  change(header);
  return put.frames.map((frame, i) => (i === 1 ? Buffer.concat([pack(header), extra]) : frame));
}

function withBody(body: Buffer): Buffer[] {
  const [preamble = body] = put.frames;
  const entry = { name: "body", dtype: "msgpack", shape: [], nbytes: body.length, crc32c: crc32c(body) };
  return [preamble, pack({ minor: PROTOCOL.minor, ...about, blobs: [entry] }), body];
}

/** A header whose lease is 2^32 as a float of eight bytes. */
function floatLease(header: Buffer): Buffer {
  const at = header.indexOf("lease") + "lease".length;
  const lease = Buffer.from([0xcb, 0x41, 0xf0, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([header.subarray(0, at), lease, header.subarray(at + 1)]);
}

const frame = (index: number): Buffer => put.frames[index] ?? Buffer.alloc(0);
const deep = Buffer.concat([Buffer.from([0x81, 0xa1, 0x78]), Buffer.alloc(32, 0x91), Buffer.from([0xc0])]);

const brokenCases: readonly GoldenCase[] = [
  broken("empty-preamble", "preamble", [Buffer.alloc(0), ...put.frames.slice(1)]),
  broken("magic", "preamble", [Buffer.from("XX\0\x02"), ...put.frames.slice(1)]),
  broken("version", "version", [Buffer.from("SW\0\x01"), ...put.frames.slice(1)]),
  broken("one-frame", "frame_count", [frame(0)]),
  broken(
    "eleven-frames",
    "frame_count",
    Array.from({ length: 11 }, (_, i) => frame(i === 0 ? 0 : 1)),
  ),
  broken("header-size", "size", [frame(0), Buffer.alloc(MAX_HEADER_BYTES + 1, 0xc0)]),
  broken("header-cut", "msgpack", [frame(0), frame(1).subarray(0, -1), ...put.frames.slice(2)]),
  broken(
    "header-trailing",
    "msgpack",
    withHeader(() => {}, Buffer.from([0xc0])),
  ),
  broken("header-extension", "msgpack", [frame(0), Buffer.from([0x81, 0xa1, 0x61, 0xd4, 1, 0])]),
  broken("header-binary", "msgpack", [frame(0), Buffer.from([0x81, 0xa1, 0x61, 0xc4, 1, 0])]),
  broken("header-number-key", "msgpack", [frame(0), Buffer.from([0x81, 1, 2])]),
  broken("header-key-twice", "msgpack", [frame(0), Buffer.from([0x82, 0xa1, 0x61, 1, 0xa1, 0x61, 2])]),
  broken("header-list", "msgpack", [frame(0), Buffer.from([0x91, 1])]),
  broken(
    "header-unknown-key",
    "header",
    withHeader((header) => Object.assign(header, { extra: 1 })),
  ),
  broken(
    "header-missing-key",
    "header",
    withHeader((header) => Reflect.deleteProperty(header, "lease")),
  ),
  broken("header-float-lease", "msgpack", [frame(0), floatLease(frame(1)), ...put.frames.slice(2)]),
  broken(
    "header-negative-seq",
    "header",
    withHeader((header) => Object.assign(header, { seq: -1 })),
  ),
  broken(
    "header-attempt-0",
    "header",
    withHeader((header) => Object.assign(header, { attempt: 0 })),
  ),
  broken("blob-missing", "blob_count", put.frames.slice(0, -1)),
  broken("blob-extra", "blob_count", [...put.frames, Buffer.alloc(0)]),
  broken(
    "blob-short",
    "blob_size",
    put.frames.map((bytes, i) => (i === 3 ? bytes.subarray(1) : bytes)),
  ),
  broken(
    "blob-flipped",
    "checksum",
    put.frames.map((bytes, i) => (i === 3 ? Buffer.from(bytes).fill(1, 0, 1) : bytes)),
  ),
  broken("body-nan", "msgpack", withBody(Buffer.from([0x81, 0xa1, 0x78, 0xca, 0x7f, 0xc0, 0, 0]))),
  broken(
    "body-big-integer",
    "msgpack",
    withBody(Buffer.from([0x81, 0xa1, 0x78, 0xcf, 0, 0x20, 0, 0, 0, 0, 0, 0])),
  ),
  broken(
    "body-float-for-integer",
    "msgpack",
    withBody(Buffer.from([0x81, 0xa1, 0x78, 0xcb, 0x41, 0xf0, 0, 0, 0, 0, 0, 0])),
  ),
  broken("body-not-utf8", "msgpack", withBody(Buffer.from([0x81, 0xa1, 0x78, 0xa1, 0xff]))),
  broken("body-too-deep", "msgpack", withBody(deep)),
  broken("body-list", "msgpack", withBody(Buffer.from([0x90]))),
  broken("body-huge-list", "msgpack", withBody(Buffer.from([0x81, 0xa1, 0x78, 0xdd, 255, 255, 255, 255]))),
];

/** What the orchestrator's side writes. */
export const goldenCases: readonly GoldenCase[] = [...validCases, ...brokenCases];
