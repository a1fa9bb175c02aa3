import { join } from "node:path";
import { makeFolder } from "../../util/make-folder.js";
import { openPool, type Pool, type PoolOptions } from "../../worker/pool.js";
import { visibleGpus } from "./choose-execution.js";

export interface WorkerLaunch {
  readonly root: string;
  readonly run: string;
  readonly workers: number;
  readonly logFolder: string;
  readonly userMethods: PoolOptions["userMethods"];
  readonly threads?: number;
  readonly firstLease?: number;
  readonly preload?: NonNullable<PoolOptions["preload"]>;
  readonly onEvent?: NonNullable<PoolOptions["onEvent"]>;
  readonly signal?: AbortSignal;
  readonly command?: readonly string[];
}

/** Attempts at a block before it is split or its sample quarantined. */
const MAX_ATTEMPTS = 3;

/** The interpreter of the project's environment. */
export function pythonOf(root: string): string {
  return process.platform === "win32"
    ? join(root, ".venv", "Scripts", "python.exe")
    : join(root, ".venv", "bin", "python");
}

/** Starts workers from this checkout's environment; each has one GPU to itself where there are any, or a share of the memory. */
export function launchWorkers({ root, ...options }: WorkerLaunch): Promise<Pool> {
  makeFolder(options.logFolder);
  return openPool({
    python: pythonOf(root),
    workerPath: join(root, "python-worker"),
    maxAttempts: MAX_ATTEMPTS,
    workerEnvironment: (slot) => environmentOf(slot, options.workers, process.env),
    ...options,
  });
}

/** What a worker finds in its environment: how many share the memory of the host, and its GPU. */
export function environmentOf(
  slot: number,
  workers: number,
  env: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> {
  return { STEERING_WORKERS: `${workers}`, ...gpuOfSlot(slot, env) };
}

function gpuOfSlot(slot: number, env: NodeJS.ProcessEnv): Record<string, string> {
  const gpus = visibleGpus(env);
  const gpu = gpus[slot % Math.max(1, gpus.length)];
  return gpu === undefined ? {} : { CUDA_VISIBLE_DEVICES: gpu };
}
