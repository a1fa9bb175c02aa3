import { afterAll, beforeAll, expect, test } from "vitest";
import { UserError } from "../../src/util/user-error.js";
import type { BlockWork } from "../../src/worker/pool.js";
import {
  blockWork,
  done,
  failed,
  isAlive,
  modelLoad,
  openProblemPool,
  type ProblemPool,
  pids,
} from "./problem-pool.js";

/** One pool for the whole file: every test but the last leaves it able to work. */
let shared: ProblemPool;

beforeAll(async () => {
  shared = await openProblemPool("good");
});

afterAll(async () => {
  await shared.pool.close();
  expect(pids(shared.events).filter(isAlive)).toEqual([]);
});

async function finish(block: string, overrides: Partial<BlockWork> = {}) {
  const outcome = done(await shared.pool.run(blockWork(block, overrides)));
  outcome.committed();
  return outcome;
}

test("a worker that dies is replaced; its block is tried again, the one behind it loses no attempt", async () => {
  const [first, second] = await Promise.all([finish("dies-1"), finish("ok-1")]);
  expect(first).toMatchObject({ attempt: 2, worker: "w1-2" });
  expect(second).toMatchObject({ attempt: 1, worker: "w1-2" });
  expect(Math.min(first.lease, second.lease)).toBeGreaterThan(2);
  expect(shared.events).toContainEqual(
    expect.objectContaining({
      kind: "worker_lost",
      failure: expect.objectContaining({
        code: "worker_died",
        message: "Worker w1-1 exited with code 7 while generating block dies-1 with model-a.",
      }),
    }),
  );
});

test("a block that kills every worker fails after the last attempt, and the rest completes", async () => {
  const [poison, other] = await Promise.all([shared.pool.run(blockWork("poison-1")), finish("ok-2")]);
  expect(failed(poison)).toMatchObject({
    attempts: 3,
    error: { code: "worker_died", retry: "fresh_process" },
  });
  expect(other.attempt).toBe(1);
});

test.each([
  ["hangs-1", "worker_hung", /made no progress for \d+\.\d s while generating block hangs-1 with model-a/],
  ["freezes-1", "worker_silent", /was silent for \d+\.\d s while generating block freezes-1 with model-a/],
  ["segfaults-1", "worker_died", /was ended by SIGSEGV while generating block segfaults-1 with model-a/],
  ["malformed-1", "bad_answer", /an answer to block malformed-1 that the protocol does not allow/],
  ["garbage-1", "bad_message", /sent a message that the protocol does not allow \(.*while generating/],
  ["strays-1", "bad_message", /does not allow \(header: an answer under another lease/],
  ["dreams-1", "bad_message", /does not allow \(body: a heartbeat\)/],
  ["fresh_process-1", "test_fresh_process", /It failed with fresh_process/],
  ["worker_fatal-1", "test_worker_fatal", /It failed with worker_fatal/],
])("the worker of block %s is replaced: %s", async (block, code, sentence) => {
  const before = shared.events.length;
  expect(await finish(block)).toMatchObject({ attempt: 2 });
  const lost = shared.events.slice(before).filter((event) => event.kind === "worker_lost");
  expect(lost).toMatchObject([{ failure: { code, message: expect.stringMatching(sentence) } }]);
});

test("a worker that is busy for longer than the deadline but makes progress is left alone", async () => {
  const { worker } = await finish("ok-3");
  expect(await finish("busy-1")).toMatchObject({ attempt: 1, worker });
});

test("a repeated result is ignored", async () => {
  const before = shared.events.length;
  await finish("twice-1");
  await finish("ok-5");
  expect(shared.events.slice(before).filter((event) => event.kind === "stale_result")).toEqual([]);
});

test("an error that may pass is tried again on the same worker", async () => {
  const { worker } = await finish("ok-6");
  expect(await finish("same-1")).toMatchObject({ attempt: 2, worker });
  const always = failed(await shared.pool.run(blockWork("always-1")));
  expect(always).toMatchObject({ attempts: 3, error: { code: "test_same" } });
});

test("an error that a retry cannot mend fails the block at once", async () => {
  const smaller = failed(await shared.pool.run(blockWork("smaller-1")));
  expect(smaller).toMatchObject({ attempts: 1, error: { retry: "smaller" } });
  const sample = failed(await shared.pool.run(blockWork("sample_failed-1")));
  expect(sample).toMatchObject({ attempts: 1, error: { samples: ["sample_failed-1.0"] } });
});

test("an error that stops the run is the worker's sentence and advice", async () => {
  const sentence = new UserError("It failed with run_fatal. Do better.");
  await expect(shared.pool.run(blockWork("run_fatal-1"))).rejects.toEqual(sentence);
  const missing = blockWork("ok-7", { model: modelLoad("missing") });
  await expect(shared.pool.run(missing)).rejects.toEqual(sentence);
});

test("an answer with another number of samples than requested is refused, and the samples are not blamed", async () => {
  const short = shared.pool.run({ ...blockWork("ok-8"), samples: 3 });
  await expect(short).rejects.toThrow(UserError);
  await expect(short).rejects.toThrow(/has length 2, not 3/);
});

test("a worker that dies by a signal during a fit is reported as such", async () => {
  const request = {
    layer: 1,
    direction: { kind: "/my.py", params: {}, sha256: "0".repeat(64) },
    contrast: null,
    prompts: [],
    seed: 1,
  };
  await expect(shared.pool.fit(modelLoad("model-a"), { vector: "segfaults", ...request })).rejects.toThrow(
    /was ended by SIGSEGV while fitting vector segfaults \(\/my\.py\) on model-a/,
  );
});

test("a model that kills its worker while loading stops its work after three loads", async () => {
  const fatal = shared.pool.run(blockWork("ok-9", { model: modelLoad("fatal") }));
  await expect(fatal).rejects.toThrow(
    /^fatal could not be loaded, 3 times in a row: Worker \S+ exited with code 9 while loading fatal\./,
  );
  await finish("ok-10");
});
