import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { localLauncher } from "../../src/worker/crew/local-launcher.js";
import {
  type BlockOutcome,
  type BlockWork,
  openPool,
  type Pool,
  type PoolEvent,
  type PoolOptions,
} from "../../src/worker/pool.js";
import type { ModelLoad } from "../../src/worker/wire/requests.js";

export const problemWorker = fileURLToPath(new URL("../fixtures/problem-worker.mjs", import.meta.url));

export const FAST = {
  heartbeatSeconds: 0.1,
  helloMs: 20_000,
  deadMs: 2_500,
  requestMs: 1_200,
  methodMs: 1_000,
  downloadMs: 5_000,
  tickMs: 50,
  drainMs: 5_000,
  stopMs: 2_000,
  stdinMs: 300,
  termMs: 300,
};

export interface ProblemPool {
  readonly pool: Pool;
  readonly events: PoolEvent[];
  readonly logFolder: string;
}

/** A pool of workers that misbehave as `mode` and the ids of their blocks say. */
export async function openProblemPool(
  mode: string,
  options: Partial<PoolOptions> = {},
): Promise<ProblemPool> {
  const events: PoolEvent[] = [];
  const logFolder = mkdtempSync(join(tmpdir(), "pool-logs-"));
  const pool = await openPool({
    run: "run-1",
    workers: 1,
    logFolder,
    userMethods: [],
    maxAttempts: 3,
    timing: FAST,
    onEvent: (event) => events.push(event),
    launcher: localLauncher({ command: [process.execPath, problemWorker, mode], folder: tmpdir() }),
    ...options,
  });
  return { pool, events, logFolder };
}

export function modelLoad(ref: string): ModelLoad {
  const model = { ref, revision: null, device: "cpu", dtype: "float32", engine: "auto", threads: 1 } as const;
  return { model, norm_prompts: [] };
}

/** A block of `samples` samples; what the worker does with it is the first word of `block`. */
export function blockWork(block: string, overrides: Partial<BlockWork> = {}): BlockWork {
  const samples = overrides.samples ?? 2;
  return {
    block,
    model: modelLoad("model-a"),
    vectors: [],
    vectorTensors: (id) => ({
      layer: 1,
      tensors: [
        {
          name: "v",
          dtype: "float32",
          shape: [2],
          bytes: Buffer.from(new Float32Array([id.length, 2]).buffer),
        },
      ],
    }),
    request: {
      kind: "generate",
      body: {
        rows: 4,
        seed: 1,
        prompts: [{ messages: [{ role: "user", content: "?" }] }],
        edits: [],
        decodings: [{ temperature: 1, top_k: 0, top_p: 1, max_tokens: 4, stop: [] }],
        samples: {
          id: Array.from({ length: samples }, (_, i) => `${block}.${i}`),
          prompt: Array.from({ length: samples }, () => 0),
          edit: Array.from({ length: samples }, () => -1),
          strength: Array.from({ length: samples }, () => 0),
          decoding: Array.from({ length: samples }, () => 0),
        },
      },
    },
    samples,
    ...overrides,
  };
}

const reportSchema = z.object({
  worker: z.string(),
  attempt: z.number(),
  model: z.string(),
  vectors: z.array(z.string()),
  loads: z.number(),
  puts: z.number(),
  committed: z.array(z.number()),
  discarded: z.array(z.number()),
});

/** The outcome, which must be done, and what the worker had seen when it did the block. */
export function done(outcome: BlockOutcome | undefined) {
  if (!outcome) throw new Error("There is no outcome.");
  if (outcome.kind !== "done") throw new Error(`The block failed: ${outcome.error.message}`);
  if (outcome.result.kind !== "generate") throw new Error("The block is not a generated one.");
  const text = outcome.result.body.samples.text[0] ?? "";
  return { ...outcome, report: reportSchema.parse(JSON.parse(text)) };
}

export function failed(outcome: BlockOutcome) {
  if (outcome.kind !== "failed") throw new Error("The block did not fail.");
  return outcome;
}

/** Process ids of the pool's workers so far. */
export function pids(events: readonly PoolEvent[]): number[] {
  return events.flatMap((event) => (event.kind === "worker_started" ? [event.hello.pid] : []));
}

/** Whether a process runs; a zombie does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== "linux") return true;
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
