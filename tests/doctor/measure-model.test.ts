import { expect, test } from "vitest";
import { type Measuring, measureModel } from "../../src/doctor/measure-model.js";
import type { Loaded, SpeedTestReply } from "../../src/worker/wire/requests.js";

const hello: Measuring["hello"] = {
  ...{ protocol: { major: 1, minor: 2 }, worker: "w", nonce: "n", pid: 1, python: "3.11", packages: {} },
  devices: [
    { kind: "cuda", name: "First GPU", memory_bytes: 1 },
    { kind: "cuda", name: "Second GPU", memory_bytes: 1 },
    { kind: "cpu", name: "A CPU", memory_bytes: 1 },
  ],
  cores: 2,
};
const loaded: Loaded = {
  ...{ model_class: "Gemma3ForCausalLM", parameters: 1, layers: 2, d_model: 4, vocab_size: 8 },
  ...{ device: "cpu", dtype: "float32", engine: "batched", engine_reason: "it agrees", fallback: false },
  ...{ flops_per_token: 10, matmul_flops: 1e9, threads: 1, revision: null, resid_norms: [], load_seconds: 0 },
  hashes: { weights: "w", config: "c", tokenizer: "t", chat_template: "k" },
};
const said: SpeedTestReply = {
  ...{ bandwidth: 2.5e10, matmul_flops: 1e11, realised_rows: 128, tokens_per_second: 5000, share: 0.4 },
  step: { rows: 128, flops: 1e9, bytes: 1e7 },
  roofline: { step_seconds: 0.01, tokens_per_second: 12500, bound: "arithmetic" },
  seconds: 5,
};

function measure(
  changes: { loaded?: Partial<Loaded>; said?: Partial<SpeedTestReply>; pool?: Partial<Measuring["pool"]> },
  options: Partial<Measuring> = {},
) {
  const pool = {
    load: async () => ({ ...loaded, ...changes.loaded, worker: "w" }),
    speedTest: async () => ({ ...said, ...changes.said }),
    kill: () => {},
    ...changes.pool,
  };
  const model = {
    ref: "/m",
    revision: null,
    device: "auto",
    dtype: "auto",
    engine: "auto",
    threads: 1,
  } as const;
  const load = { model, norm_prompts: [] };
  return measureModel({ pool, hello, name: "nano", load, speed: true, onProgress: () => {}, ...options });
}

const refused = async () => {
  throw new Error("The weights are damaged; restore them.");
};

test("engine, rate, roofline, bandwidth and device are named", async () => {
  expect(await measure({})).toEqual([
    { what: "self-test", status: "ok", text: "nano runs on batched (cpu, float32); it agrees" },
    {
      what: "speed",
      status: "ok",
      text: "5,000 tokens/s of nano at 128 rows on A CPU (1 thread); 40 % of the 12,500 that its arithmetic allows; 25.0 GB/s, 100 GFLOP/s",
    },
  ]);
});

test("a GPU is named by its number, and its low share is not reported as a note", async () => {
  const [, speed] = await measure({ loaded: { device: "cuda:1" }, said: { share: 0.01 } });
  expect(speed).toMatchObject({ status: "ok", text: expect.stringContaining("on Second GPU; 1.0 %") });
});

test("a CPU that is far below its roofline is noted", async () => {
  const [, speed] = await measure({ said: { share: 0.02 } });
  expect(speed).toMatchObject({ status: "note", text: expect.stringContaining("other programs") });
});

test("an engine that does not agree is noted, with the reason, and timed all the same", async () => {
  const slower = { engine: "transformer_lens", engine_reason: "batched does not agree", fallback: true };
  const [selfTest, speed] = await measure({ loaded: slower });
  expect(selfTest).toMatchObject({ status: "note", text: expect.stringContaining("batched does not agree") });
  expect(speed?.status).toBe("ok");
});

test("without the speed test only the engine is tested", async () => {
  expect((await measure({}, { speed: false })).map(({ what }) => what)).toEqual(["self-test"]);
});

test("a model that cannot be loaded is missing, a speed test that fails a note", async () => {
  const text = "The weights are damaged; restore them.";
  expect(await measure({ pool: { load: refused } })).toEqual([
    { what: "self-test", status: "missing", text },
  ]);
  expect((await measure({ pool: { speedTest: refused } }))[1]).toEqual({
    what: "speed",
    status: "note",
    text,
  });
});

test("what takes too long is ended and said to be", async () => {
  let end: (reason: Error) => void = () => {};
  const hanging = () => new Promise<never>((_, reject) => (end = reject));
  const pool = { speedTest: hanging, kill: () => end(new Error("The pool was killed.")) };
  const [, speed] = await measure({ pool }, { limitMs: 20 });
  expect(speed).toMatchObject({ status: "note", text: expect.stringContaining("within 0.02 s") });
});
