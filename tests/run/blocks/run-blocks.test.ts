import { join } from "node:path";
import { expect, test } from "vitest";
import type { Plan } from "../../../src/plan/plan.js";
import { samplesOf } from "../../../src/plan/samples.js";
import type { BlockOptions, Logs } from "../../../src/run/blocks/block-options.js";
import { runBlocks } from "../../../src/run/blocks/run-blocks.js";
import { finishRun } from "../../../src/run/finish-run.js";
import { ManifestBook } from "../../../src/run/manifest-book.js";
import { newManifest } from "../../../src/run/start/new-manifest.js";
import { planExperiment } from "../../../src/run/start/plan-experiment.js";
import { AppendLog } from "../../../src/store/log/append-log.js";
import { writeFully } from "../../../src/store/log/durable.js";
import { createRunFolder, runFolder } from "../../../src/store/run-folder.js";
import { measurementColumns, sampleColumns, scoreColumns } from "../../../src/store/tables/columns.js";
import { readSamples } from "../../../src/store/tables/read-table.js";
import type { BlockOutcome, BlockWork, Pool } from "../../../src/worker/pool.js";
import { newFolder, root, tinyConfig } from "../command.js";

const bytesOf = (array: ArrayBufferView) => new Uint8Array(array.buffer.slice(0));

/** One token and the text "x" for every sample. */
function answer(work: BlockWork): BlockOutcome {
  const count = work.samples;
  const each = <T>(value: T) => Array.from({ length: count }, () => value);
  const blobs = new Map([
    ["token_ids", bytesOf(Int32Array.from(each(7)))],
    ["token_offsets", bytesOf(BigInt64Array.from({ length: count + 1 }, (_, i) => BigInt(i)))],
    ["logprobs", bytesOf(Float32Array.from(each(-1)))],
  ]);
  const common = { realised_rows: 4, seconds: 0.1 };
  const samples = {
    text: each("x"),
    stop: each("end" as const),
    error: each(null),
    prompt_tokens: each(3),
    applied_norm: each(null),
  };
  const result =
    work.request.kind === "generate"
      ? ({ kind: "generate", body: { samples, steps: 1, stages: STAGES, ...common }, blobs } as const)
      : ({
          kind: "logprobs",
          body: { items: { n_tokens: each(1), error: each(null) }, ...common },
          blobs,
        } as const);
  return { kind: "done", result, worker: "w1", lease: 1, attempt: 1, committed: () => {} };
}

const STAGES = { prefill_seconds: 0, decode_seconds: 0.1, prefill_tokens: 3, decode_tokens: 1 };

const idsOf = (body: BlockWork["request"]["body"]) => ("samples" in body ? body.samples.id : body.items.id);

/** A pool whose workers fail every block that holds the poisoned sample. */
function poolWith(poison: string): Pool {
  const error = {
    code: "worker_died",
    message: "the worker died",
    advice: "",
    retry: "same",
    samples: [],
  } as const;
  return {
    size: 2,
    load: async () => ({
      worker: "w1",
      model_class: "Gemma3ForCausalLM",
      parameters: 1,
      layers: 5,
      d_model: 48,
      vocab_size: 8,
      device: "cpu",
      dtype: "float32",
      engine: "transformer_lens",
      engine_reason: "",
      fallback: false,
      flops_per_token: 10,
      matmul_flops: 1e9,
      threads: 1,
      revision: null,
      hashes: { weights: "w", config: "c", tokenizer: "t", chat_template: "k" },
      resid_norms: [1, 2, 3, 4, 5],
      load_seconds: 0,
    }),
    fit: async (_model, request) => ({
      vector: request.vector,
      norm: 2,
      info: {},
      tensors: [{ name: "vector", dtype: "float32", shape: [1], bytes: bytesOf(Float32Array.of(1)) }],
    }),
    accessibility: async () => [],
    speedTest: () => {
      throw new Error("not asked");
    },
    run: async (work) =>
      idsOf(work.request.body).includes(poison) ? { kind: "failed", error, attempts: 3 } : answer(work),
    hello: () => {
      throw new Error("not asked");
    },
    catalogue: async () => ({ directions: [], edits: [], engines: [] }),
    checkParams: async () => [],
    tokenize: async () => ({ texts: [], chats: [], bos_id: 2, end_ids: [1] }),
    close: async () => {},
    kill: () => {},
  };
}

/** Everything that `runBlocks` needs, in a folder of its own. */
async function prepared(poolOf: (plan: Plan) => Pool, write = writeFully) {
  const { plan, loaded } = await planExperiment(tinyConfig, { root, cwd: root, set: [] });
  const folder = runFolder(join(newFolder(), "run"));
  createRunFolder(folder);
  const logs: Logs = {
    samples: AppendLog.open(sampleColumns, join(folder.live, "samples"), write),
    measurements: AppendLog.open(measurementColumns, join(folder.live, "measurements")),
    scores: AppendLog.open(scoreColumns, join(folder.live, "scores")),
  };
  const hello = {
    ...{ protocol: { major: 1, minor: 0 }, worker: "w1", nonce: "n", pid: 1, python: "3.11" },
    ...{ packages: {}, devices: [], cores: 2 },
  };
  const manifest = newManifest({
    workerCommand: null,
    reused: [],
    ...{
      root,
      experiment: loaded.experiment,
      plan,
      hello,
      catalogue: { directions: [], edits: [], engines: [] },
    },
    ...{ execution: { rows: 4, threads: 1 }, before: null, chosenWithout: [], analysisHash: "a" },
    start: { at: "2026-01-01T00:00:00Z", workers: 2, committed_samples: 0 },
  });
  const book = new ManifestBook(folder.manifest, manifest);
  const done: string[] = [];
  const options: BlockOptions = {
    ...{ plan, folder, logs, book, rows: 4, threads: 1, pool: poolOf(plan) },
    execution: loaded.experiment.execution,
    env: {},
    takenOver: null,
    score: async () => [],
    progress: {
      extend: () => {},
      committed: () => {},
      takenOver: () => {},
      message: () => {},
      activity: () => {},
      stop: () => {},
    },
    prepared: new Set(),
    draining: () => false,
    onLoaded: () => {},
    onGenerated: () => {},
    chosenRounds: () => 0,
    onModelDone: async (model) => void done.push(model),
  };
  const close = () => {
    for (const log of [logs.samples, logs.measurements, logs.scores]) log.close();
  };
  return { plan, folder, logs, book, options, done, close };
}

test("a sample that kills every worker is found by halving and quarantined; everything else is done", async () => {
  let poison = "";
  const { plan, folder, logs, book, options, done, close } = await prepared((plan) => {
    const block = plan.blocks.find((candidate) => candidate.kind === "generate" && candidate.index > 1);
    if (block === undefined) throw new Error("the plan has too few blocks");
    poison = samplesOf(plan, block)[5]?.id ?? "";
    return poolWith(poison);
  });
  await runBlocks(options);
  expect(book.current.quarantined.map((record) => record.ids)).toEqual([[poison]]);
  expect(done).toEqual(plan.models.map(({ name }) => name));
  await runBlocks(options);
  await finishRun(plan, folder, logs, book);
  const samples = [...readSamples(book, folder.samples)];
  expect(samples).toHaveLength(plan.samples - 1);
  expect(samples.map((sample) => sample.sample_id)).not.toContain(poison);
  expect(samples.map((sample) => sample.plan_index)).toEqual(
    [...samples.map((sample) => sample.plan_index)].sort((a, b) => a - b),
  );
  close();
});

test("a block that cannot be committed ends the run, though others would never be answered", async () => {
  let room = 1;
  const waiting: ((reason: Error) => void)[] = [];
  const healthy = poolWith("none");
  const pool: Pool = {
    ...healthy,
    async run(work) {
      const isFirst = waiting.length === 0;
      const others = new Promise<never>((_, reject) => waiting.push(reject));
      if (!isFirst) return others;
      others.catch(() => {});
      await expect.poll(() => waiting.length).toBeGreaterThan(2);
      return healthy.run(work);
    },
    kill(reason = new Error("no reason")) {
      for (const reject of waiting) reject(reason);
    },
  };
  const { options, logs, done, close } = await prepared(
    () => pool,
    (fd, bytes, position) => {
      if (room === 0) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
      room -= 1;
      writeFully(fd, bytes, position);
    },
  );
  await expect(runBlocks(options)).rejects.toThrow(/samples\.arrows could not be written: the disk is full/);
  expect(logs.samples.blocks.size).toBe(0);
  expect(done).toEqual([]);
  close();
});
