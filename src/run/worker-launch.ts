import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Experiment } from "../config/experiment.js";
import { openPool, type Pool, type PoolOptions } from "../worker/pool.js";

export interface WorkerLaunch {
  readonly root: string;
  readonly run: string;
  readonly workers: number;
  readonly logFolder: string;
  readonly userMethods: readonly string[];
  readonly onEvent?: PoolOptions["onEvent"];
  readonly signal?: AbortSignal;
}

/** Attempts at a block before it is split or its sample quarantined. */
const MAX_ATTEMPTS = 3;

/** The interpreter of the project's environment. */
export function pythonOf(root: string): string {
  return process.platform === "win32"
    ? join(root, ".venv", "Scripts", "python.exe")
    : join(root, ".venv", "bin", "python");
}

/** Starts workers from this checkout's environment. */
export function launchWorkers({
  root,
  run,
  workers,
  logFolder,
  userMethods,
  onEvent,
  signal,
}: WorkerLaunch): Promise<Pool> {
  mkdirSync(logFolder, { recursive: true });
  return openPool({
    run,
    workers,
    python: pythonOf(root),
    workerPath: join(root, "python-worker"),
    logFolder,
    userMethods,
    maxAttempts: MAX_ATTEMPTS,
    ...(onEvent === undefined ? {} : { onEvent }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Absolute paths of the user's own method files that an experiment names. */
export function userMethodFiles(experiment: Experiment): string[] {
  const files = experiment.methods.flatMap((method) =>
    method.kind === "activation" ? [method.direction, method.edit].map((component) => component.kind) : [],
  );
  return [...new Set(files.filter((kind) => kind.endsWith(".py")))];
}
