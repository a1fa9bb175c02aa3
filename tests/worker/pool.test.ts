import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { UserError } from "../../src/util/user-error.js";
import { localLauncher } from "../../src/worker/crew/local-launcher.js";
import { type Pool, PoolClosed, type PoolOptions } from "../../src/worker/pool.js";
import {
  blockWork,
  done,
  FAST,
  isAlive,
  modelLoad,
  openProblemPool,
  type ProblemPool,
  pids,
} from "./problem-pool.js";

const open: Pool[] = [];

async function start(mode = "good", options: Partial<PoolOptions> = {}): Promise<ProblemPool> {
  const started = await openProblemPool(mode, options);
  open.push(started.pool);
  return started;
}

afterEach(async () => {
  for (const pool of open.splice(0)) {
    pool.kill();
    await pool.close();
  }
});

test("a pool answers each kind of request and ends without leaving a process", async () => {
  const { pool, events } = await start("good");
  expect(pool.hello().packages).toEqual({ torch: "2.13.0" });
  expect(await pool.catalogue()).toEqual({
    directions: [],
    edits: [],
    engines: [{ name: "auto", summary: "Any." }],
  });
  expect(await pool.checkParams([{ role: "edit", kind: "add", params: {}, sha256: null }])).toEqual([
    { index: 0, path: "layer", message: "no" },
  ]);
  const request = { model: { ref: "m", revision: null }, texts: ["a"], chats: [] };
  expect((await pool.tokenize(request)).bos_id).toBe(2);
  expect((await pool.load(modelLoad("model-a"))).resid_norms).toEqual([1, 2]);
  const fit = await pool.fit(modelLoad("model-a"), {
    ...{
      vector: "v1",
      layer: 1,
      direction: { kind: "caa", params: {}, sha256: null },
      contrast: null,
      prompts: [],
      seed: 2 ** 32 - 1,
    },
  });
  expect(fit.norm).toBe(3);
  expect([...new Float32Array(fit.tensors[0]?.bytes.slice().buffer ?? [])]).toEqual([1, 2, 2, 0]);
  const outcome = done(await pool.run(blockWork("ok-1", { vectors: ["v1"] })));
  expect(outcome.result.blobs.get("token_ids")).toHaveLength(16);
  expect(outcome.report).toMatchObject({
    model: "model-a",
    vectors: ["v1"],
    loads: 1,
    puts: 0,
    committed: [1],
  });
  await pool.close();
  expect(pids(events).filter(isAlive)).toEqual([]);
});

test("a block of divergences comes back with one number an item, or not at all", async () => {
  const { pool } = await start();
  const body = {
    ...{ rows: 4, texts: ["It rained."], edits: [] },
    items: { id: ["a", "b"], edit: [0, 0], strength: [0.5, 1] },
  };
  const outcome = await pool.run(blockWork("ok-1", { request: { kind: "calibrate", body } }));
  if (outcome.kind !== "done" || outcome.result.kind !== "calibrate") throw new Error("It was not done.");
  expect(outcome.result.body.items.error).toEqual([null, null]);
  expect([...new Float32Array(outcome.result.blobs.get("kl")?.slice().buffer ?? [])]).toEqual([0, 0.25]);
  outcome.committed();
  await expect(pool.run(blockWork("short-1", { request: { kind: "calibrate", body } }))).rejects.toThrow(
    /kl has length 1, not 2/,
  );
});

test("the logit lens is read by prompt and layer, and not where the answers are the same", async () => {
  const { pool } = await start();
  const prompt = { messages: [{ role: "user", content: "?" }], prefix: "" } as const;
  const request = { prompts: [prompt, prompt], right: ["owl", "owl"], target: ["falcon", "owl"] };
  expect(await pool.accessibility(modelLoad("model-a"), request)).toEqual([
    [
      { rightLogprob: 0, targetLogprob: 1, rightRank: 2, targetRank: 3 },
      { rightLogprob: 4, targetLogprob: 5, rightRank: 6, targetRank: 7 },
    ],
    null,
  ]);
});

test("a speed test loads its model and says what the device could do", async () => {
  const { pool } = await start();
  const said = await pool.speedTest(modelLoad("model-a"), { rows: 8, new_tokens: 4 });
  expect(said).toMatchObject({
    tokens_per_second: 400,
    roofline: { tokens_per_second: 800, bound: "memory" },
  });
});

test("models are loaded and vectors put on demand, once per worker and model", async () => {
  const { pool } = await start();
  const vectors = ["v1", "v2"];
  const first = done(await pool.run(blockWork("ok-1", { vectors })));
  first.committed();
  const second = done(await pool.run(blockWork("ok-2", { vectors })));
  second.committed();
  expect(second.report).toMatchObject({ loads: 1, puts: 2, vectors, committed: [first.lease] });
  const other = done(await pool.run(blockWork("ok-3", { vectors: ["v1"], model: modelLoad("model-b") })));
  other.committed();
  expect(other.report).toMatchObject({ loads: 2, puts: 3, vectors: ["v1"], model: "model-b" });
});

test("only a durable result is acknowledged, and a worker waits for it after two", async () => {
  const { pool } = await start();
  const [run1, run2, run3] = [1, 2, 3].map((n) => pool.run(blockWork(`ok-${n}`)));
  const [first, second] = [done(await run1), done(await run2)];
  expect(second.report.committed).toEqual([]);
  expect(await Promise.race([run3, sleep(300, "waiting")])).toBe("waiting");
  first.committed();
  expect(done(await run3).report.committed).toEqual([first.lease]);
});

test("workers share a model's blocks, and take another model only when theirs has none left", async () => {
  const { pool } = await start("good", { workers: 2 });
  const work = ["a", "b"].flatMap((model) =>
    [1, 2, 3, 4].map((n) => blockWork(`slow-${model}${n}`, { model: modelLoad(`model-${model}`) })),
  );
  const reports = await Promise.all(
    work.map(async (item) => {
      const outcome = done(await pool.run(item));
      outcome.committed();
      return outcome.report;
    }),
  );
  expect(new Set(reports.map((report) => report.worker)).size).toBe(2);
  const loads = new Map(reports.map((report) => [report.worker, report.loads]));
  expect(Math.max(...loads.values())).toBeLessThanOrEqual(2);
});

test("the result of a worker that was replaced is stale and discarded", async () => {
  const { pool, events } = await start("detached");
  const outcome = done(await pool.run(blockWork("late-1")));
  expect(outcome).toMatchObject({ attempt: 2, lease: 2 });
  await expect
    .poll(() => events, { timeout: 8000 })
    .toContainEqual({
      ...{ kind: "stale_result", worker: "w1-1", block: "late-1", lease: 1 },
    });
  // The discard ends the process that outlasted its worker.
  await expect.poll(() => pids(events.slice(0, 1)).filter(isAlive), { timeout: 8000 }).toEqual([]);
});

test("a model whose weights change between two loads is refused", async () => {
  const { pool } = await start("good", { workers: 2 });
  const work = ["slow-1", "slow-2", "slow-3", "slow-4"].map((block) =>
    pool.run(blockWork(block, { model: modelLoad("changing") })),
  );
  const reasons = (await Promise.allSettled(work)).flatMap((result) =>
    result.status === "rejected" ? [result.reason] : [],
  );
  expect(String(reasons[0])).toMatch(/weights of changing changed/);
});

test("a worker that takes another engine than the first one is refused, whoever is first", async () => {
  const { pool } = await start("good", { workers: 2 });
  const work = ["slow-1", "slow-2", "slow-3", "slow-4"].map((block) =>
    pool.run(blockWork(block, { model: modelLoad("mixed") })),
  );
  const settled = await Promise.allSettled(work);
  const reasons = settled.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  const workers = settled.flatMap((result) =>
    result.status === "fulfilled" ? [done(result.value).worker] : [],
  );
  expect(new Set(workers).size).toBeLessThanOrEqual(1);
  expect(reasons[0]).toBeInstanceOf(UserError);
  const either = [
    /^Worker w2-2 runs mixed on transformer_lens \(batched does not agree with it: 1 nat apart\), but worker w1-1 ran it first, on batched, /,
    /^Worker w1-1 runs mixed on batched \(auto takes it: it agrees\), but worker w2-2 ran it first, on transformer_lens, /,
  ];
  const { message } = reasons[0] as UserError;
  expect(
    either.some((sentence) => sentence.test(message)),
    message,
  ).toBe(true);
  expect(message).toContain("start a new run with --set execution.engine=transformer_lens");
});

test.each([
  ["crash", /3 times in a row.*exited with code 1(.|\n)*No module named 'torch'/],
  ["other_version", /speaks another protocol/],
  ["stranger", /exited with code 2(.|\n)*somebody was not started by this orchestrator/],
  ["bad_method", /^It failed with run_fatal. Do better.$/],
  [
    "segfaults",
    /^No Python .* 3 times in a row: Worker w1-3 was ended by SIGSEGV while describing its methods/,
  ],
  [
    "hangs",
    /^No Python worker could be made ready: Worker w1-1 made no progress for \d\.\d s while describing/,
  ],
  ["no_hello", /exited with code 2(.|\n)*orchestrator refused a message \(body: a hello: /],
  ["refuses", /^Worker w1-1 refused a message of the orchestrator \(header\)\. Set it up again\.$/],
])("a worker that starts as %s stops the pool with a sentence", async (mode, sentence) => {
  const opening = start(mode);
  await expect(opening).rejects.toThrow(UserError);
  await expect(opening).rejects.toThrow(sentence);
});

test("a missing interpreter is named", async () => {
  await expect(
    start("good", { launcher: localLauncher({ command: ["/no/such/python"], folder: tmpdir() }) }),
  ).rejects.toThrow(/could not be started.*no\/such\/python/);
});

test("a worker that cannot be started in place of another ends the run, and says why", async () => {
  const { pool, logFolder } = await start();
  rmSync(logFolder, { recursive: true });
  await expect(pool.run(blockWork("dies-1"))).rejects.toThrow(
    new RegExp(`could not be started in place of one that is gone: ENOENT.*${logFolder}`),
  );
});

test("a worker that never says hello is given up", async () => {
  const opening = start("mute", { timing: { ...FAST, helloMs: 700 } });
  await expect(opening).rejects.toThrow(/said nothing for/);
});

test("an abort ends the workers at once, whatever they do, and rejects everything", async () => {
  const interrupt = new AbortController();
  const { pool, events } = await start("good", { signal: interrupt.signal });
  const work = ["hangs-1", "slow-2", "slow-3"].map((block) => pool.run(blockWork(block)));
  await expect.poll(() => events.some((event) => event.kind === "model_loaded")).toBe(true);
  interrupt.abort();
  for (const outcome of await Promise.allSettled(work)) {
    expect(outcome).toMatchObject({ status: "rejected", reason: expect.any(PoolClosed) });
  }
  await expect(pool.run(blockWork("ok-4"))).rejects.toThrow(PoolClosed);
  await pool.close();
  expect(pids(events).filter(isAlive)).toEqual([]);
});

test("an abort while the pool closes ends the work that it waits for", async () => {
  const interrupt = new AbortController();
  const { pool, events } = await start("good", {
    signal: interrupt.signal,
    timing: { ...FAST, drainMs: 60_000 },
  });
  const outcome = pool.run(blockWork("hangs-1"));
  outcome.catch(() => {});
  await expect.poll(() => events.some((event) => event.kind === "model_loaded")).toBe(true);
  const closed = pool.close();
  interrupt.abort();
  await closed;
  await expect(outcome).rejects.toThrow(PoolClosed);
});

test("a model that is loaded ahead is given up after three loads, with the signal and its likely cause", async () => {
  const { pool, events } = await start("good", { workers: 1, preload: modelLoad("killed") });
  const sentence =
    /^killed could not be loaded, 3 times in a row: Worker w1-3 was ended by SIGKILL while loading killed\. The system has most likely run out of memory: /;
  await expect(pool.load(modelLoad("killed"))).rejects.toThrow(sentence);
  const retries = events.flatMap((event) =>
    event.kind === "retry" ? [`${event.work} ${event.attempt}`] : [],
  );
  expect(retries).toEqual(["loading killed 2", "loading killed 3"]);
});

test("fencing numbers travel as integers to the last one that is safe", async () => {
  const firstLease = Number.MAX_SAFE_INTEGER - 1;
  const { pool } = await start("good", { firstLease });
  const first = done(await pool.run(blockWork("ok-1")));
  first.committed();
  const second = done(await pool.run(blockWork("ok-2")));
  expect([first.lease, second.lease]).toEqual([firstLease, firstLease + 1]);
  expect(second.report.committed).toEqual([firstLease]);
});

test("workers have their own process groups, which a terminal's signals do not reach", async () => {
  const { events } = await start("good", { workers: 2 });
  await expect.poll(() => pids(events).length).toBe(2);
  for (const pid of pids(events)) {
    const group = execFileSync("ps", ["-o", "pgid=", "-p", `${pid}`], { encoding: "utf8" });
    expect(Number(group)).toBe(pid);
  }
});

test("an abort while the workers start ends the start", async () => {
  const interrupt = new AbortController();
  setTimeout(() => interrupt.abort(), 100);
  await expect(start("mute", { signal: interrupt.signal })).rejects.toThrow(PoolClosed);
});

test("close ends even a worker that ignores stop, stdin and SIGTERM", async () => {
  const { pool, events } = await start("stubborn", { timing: { ...FAST, stopMs: 300 } });
  await pool.close();
  expect(pids(events).filter(isAlive)).toEqual([]);
});

test("kill rejects what is under way and ends the workers at once", async () => {
  const { pool, events } = await start();
  const outcome = pool.run(blockWork("busy-1"));
  pool.kill();
  await expect(outcome).rejects.toThrow(PoolClosed);
  await pool.close();
  expect(pids(events).filter(isAlive)).toEqual([]);
});
