import { Packr } from "msgpackr";
import { expect, test } from "vitest";
import { decode, encode, type Header, MAX_MESSAGE_BYTES } from "../../../src/worker/wire/frames.js";
import {
  cancelSchema,
  errorSchema,
  heartbeatSchema,
  helloSchema,
  rejectSchema,
  welcomeSchema,
} from "../../../src/worker/wire/messages.js";
import { MsgpackError, pack, unpack } from "../../../src/worker/wire/msgpack.js";
import { ANSWERS, REQUESTS } from "../../../src/worker/wire/requests.js";
import { goldenCases, goldenNames, joinFrames, readGolden } from "../golden-frames.js";

const header: Header = {
  ...{ type: "put", run: "r", session: "s", seq: 1, reply_to: null },
  ...{ block: null, lease: null, attempt: null },
};

test("both sides wrote golden frames", () => {
  const sides = new Set(goldenNames().map((name) => name.split("-")[0]));
  expect([...sides].sort()).toEqual(["broken", "orchestrator", "worker"]);
});

test.each(goldenNames())("golden frames %s are what their description says", (name) => {
  const { frames, description } = readGolden(name);
  const decoded = decode(frames);
  if (!decoded.ok) {
    expect({ valid: false, reason: decoded.reason }).toEqual(description);
    return;
  }
  const { message } = decoded;
  const blobs = message.tensors.map(({ bytes, ...rest }) => ({
    ...rest,
    hex: Buffer.from(bytes).toString("hex"),
  }));
  expect({ valid: true, header: message.header, body: message.body ?? null, blobs }).toEqual(description);
});

test.each(goldenCases)(
  "the orchestrator still writes the golden bytes of $name",
  ({ name, frames, golden }) => {
    const committed = readGolden(name);
    expect(joinFrames(committed.frames).equals(joinFrames(frames))).toBe(true);
    expect(committed.description).toEqual(JSON.parse(JSON.stringify(golden)));
  },
);

const bodies = {
  "worker-hello": helloSchema,
  "worker-heartbeat": heartbeatSchema,
  "worker-error": errorSchema,
  "worker-describe": ANSWERS.describe,
  "worker-load": ANSWERS.load,
  "worker-fit": ANSWERS.fit,
  "worker-integers": ANSWERS.fit,
  "worker-generate": ANSWERS.generate,
  "worker-logprobs": ANSWERS.logprobs,
  "worker-calibrate": ANSWERS.calibrate,
  "worker-accessibility": ANSWERS.accessibility,
  "worker-speed-test": ANSWERS.speed_test,
  "orchestrator-welcome": welcomeSchema,
  "orchestrator-reject": rejectSchema,
  "orchestrator-cancel": cancelSchema,
  "orchestrator-integers": REQUESTS.check_params,
  "orchestrator-load": REQUESTS.load,
  "orchestrator-fit": REQUESTS.fit,
  "orchestrator-generate": REQUESTS.generate,
  "orchestrator-logprobs": REQUESTS.logprobs,
  "orchestrator-calibrate": REQUESTS.calibrate,
  "orchestrator-accessibility": REQUESTS.accessibility,
  "orchestrator-speed-test": REQUESTS.speed_test,
};

test.each(Object.entries(bodies))("the body of %s passes its schema", (name, schema) => {
  const decoded = decode(readGolden(name).frames);
  const body = decoded.ok ? decoded.message.body : undefined;
  expect(schema.parse(body)).toEqual(body);
});

test("a decoded blob is an aligned copy", () => {
  const bytes = Buffer.from(new Float32Array([1, 2, 3]).buffer);
  const frames = encode(header, { vector: "v", layer: 0 }, [
    { name: "v", dtype: "float32", shape: [3], bytes },
  ]);
  const decoded = decode(frames);
  const blob = decoded.ok ? decoded.message.tensors[0] : undefined;
  frames.at(-1)?.fill(0);
  expect([...new Float32Array(blob?.bytes.buffer ?? new ArrayBuffer(0))]).toEqual([1, 2, 3]);
});

test.each([
  ["undefined in a list", [undefined]],
  ["NaN", Number.NaN],
  ["a date", new Date(0)],
  ["a typed array", new Float32Array(2)],
  ["an integer beyond 2^53", 2n ** 60n],
])("%s is refused when it is sent", (_, value) => {
  expect(() => encode(header, { value })).toThrow(MsgpackError);
});

test("a message beyond the limit is refused when it is sent", () => {
  const bytes = Buffer.alloc(MAX_MESSAGE_BYTES);
  const tensor = { name: "v", dtype: "uint8", shape: [bytes.length], bytes } as const;
  expect(() => encode(header, {}, [tensor])).toThrow(/does not fit a frame.*more than 67108864/);
});

test.each([
  ["lists", Array.from({ length: 5 }, () => Array(65_535).fill([]))],
  ["maps", Array.from({ length: 65_535 }, () => ({ a: 1, b: 2 }))],
])("a body of too many values in %s is refused, to be sent and to be read", (_, value) => {
  const sentence = /more than 262144 values/;
  expect(() => pack({ value })).toThrow(sentence);
  expect(() => unpack(new Packr({ useRecords: false }).pack({ value }))).toThrow(sentence);
});

test("a map of millions of keys is refused for what it claims", () => {
  const claimed = Buffer.alloc(11_000_000, 0xa0);
  claimed.writeUInt8(0xdf);
  claimed.writeUInt32BE(5_000_000, 1);
  expect(() => unpack(claimed)).toThrow(/more than 262144 values/);
});

test("ten thousand mutated messages never make the decoder throw, and most are dropped", () => {
  const random = lcg(20_240_607);
  const originals = goldenNames().filter((name) => !name.startsWith("broken"));
  const all = originals.map((name) => readGolden(name).frames);
  let dropped = 0;
  for (let round = 0; round < 10_000; round++) {
    const frames = (all[round % all.length] ?? []).map((frame) => Buffer.from(frame));
    for (let change = 0; change <= random(3); change++) mutate(frames, random);
    if (!decode(frames).ok) dropped += 1;
  }
  expect(dropped).toBeGreaterThan(8_000);
});

function mutate(frames: Buffer[], random: (below: number) => number): void {
  const index = random(frames.length || 1);
  const frame = frames[index] ?? Buffer.alloc(0);
  const at = random(frame.length || 1);
  const action = random(8);
  if (action === 0) frames.splice(index, 1);
  else if (action === 1) frames.splice(index, 0, Buffer.from(frame));
  else if (action === 2) frames[index] = frame.subarray(0, at);
  else if (action === 3) frames[index] = Buffer.concat([frame, Buffer.from([random(256)])]);
  else if (frame.length > 0) frame[at] = action < 6 ? random(256) : (frame[at] ?? 0) ^ (1 << random(8));
}

/** A small seeded generator of whole numbers below a bound. */
function lcg(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
