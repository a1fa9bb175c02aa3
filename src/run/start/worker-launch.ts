import { join } from "node:path";
import { makeFolder } from "../../util/make-folder.js";
import type { Launcher } from "../../worker/crew/launcher.js";
import { localLauncher } from "../../worker/crew/local-launcher.js";
import { openPool, type Pool, type PoolOptions } from "../../worker/pool.js";
import { visibleGpus } from "./choose-execution.js";

interface WorkerLaunch {
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
  /** Started in place of `python -m steering_worker`. */
  readonly command?: readonly string[];
  /** In place of the one that starts processes of this machine. */
  readonly launcher?: Launcher;
}

/** Attempts at a block before it is split or its sample quarantined. */
const MAX_ATTEMPTS = 3;

/** The interpreter of the project's environment. */
export function pythonOf(root: string): string {
  return process.platform === "win32"
    ? join(root, ".venv", "Scripts", "python.exe")
    : join(root, ".venv", "bin", "python");
}

/** Starts workers, unless a launcher is given from this checkout's environment on this machine. */
export function launchWorkers({ root, command, threads, launcher, ...options }: WorkerLaunch): Promise<Pool> {
  makeFolder(options.logFolder);
  return openPool({
    maxAttempts: MAX_ATTEMPTS,
    launcher: launcher ?? onThisMachine(root, command, threads, options.workers),
    ...options,
  });
}

/** Each worker has one GPU to itself where there are any, or a share of the memory. */
function onThisMachine(
  root: string,
  command: readonly string[] = [pythonOf(root), "-m", "steering_worker"],
  threads: number | undefined,
  workers: number,
): Launcher {
  return localLauncher({
    command,
    folder: join(root, "python-worker"),
    ...(threads === undefined ? {} : { threads }),
    environment: (slot) => environmentOf(slot, workers, process.env),
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
