import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import type { Execution } from "../../config/experiment.js";
import type { ModelShape } from "../../plan/plan.js";
import { highestOf, lowestOf } from "../../statistics/extremes.js";

export interface ChosenExecution {
  readonly workers: number;
  readonly threads: number;
  readonly rows: number;
}

export interface Machine {
  readonly cores: number;
  readonly memoryBytes: number;
  readonly gpus: number;
}

/** A worker's own memory beside the weights: interpreter, libraries, activations of small models. */
const WORKER_BYTES = 1.2e9;
/** On a CPU, where `auto` is float32. */
const PARAMETER_BYTES: Readonly<Record<Execution["dtype"], number>> = { auto: 4, float32: 4, bfloat16: 2 };
/** Below this size, a second thread costs more than it gains. */
const SINGLE_THREAD_PARAMETERS = 20e6;

/** Rows at a time: more gain little, and a block is to be shared among workers. */
const ROWS = 256;

/** Turns `auto` into numbers for this machine: one worker for each GPU, or as many as cores and memory allow. */
export function chooseExecution(
  execution: Execution,
  shapes: readonly ModelShape[],
  machine: Machine,
): ChosenExecution {
  const largest = highestOf(shapes.map((shape) => shape.parameters));
  const onGpu = machine.gpus > 0 && execution.device !== "cpu";
  const threadsAuto = largest < SINGLE_THREAD_PARAMETERS ? 1 : Math.max(1, Math.min(machine.cores, 8));
  const threads = execution.threads === "auto" ? threadsAuto : execution.threads;
  const byCores = Math.max(1, Math.floor(machine.cores / threads));
  const workerBytes = WORKER_BYTES + PARAMETER_BYTES[execution.dtype] * largest;
  const byMemory = Math.max(1, Math.floor((machine.memoryBytes * 0.8) / workerBytes));
  const workersAuto = onGpu ? machine.gpus : Math.min(byCores, byMemory);
  const rowsAuto = Math.min(execution.block, ROWS);
  return {
    workers: execution.workers === "auto" ? workersAuto : execution.workers,
    threads,
    rows: execution.rows === "auto" ? rowsAuto : execution.rows,
  };
}

/** Facts about this machine, gathered without starting anything. */
export function thisMachine(env: NodeJS.ProcessEnv): Machine {
  const memoryBytes = memoryWithin(totalmem(), process.constrainedMemory());
  return { cores: availableParallelism(), memoryBytes, gpus: visibleGpus(env).length };
}

/** The machine's memory, or what the process is limited to (its cgroup): 0 or more than there is where it is not. */
export function memoryWithin(total: number, limit: number): number {
  return limit > 0 ? Math.min(total, limit) : total;
}

/** CUDA devices by the name that `CUDA_VISIBLE_DEVICES` takes; without that variable, by their device files. */
export function visibleGpus(env: NodeJS.ProcessEnv): string[] {
  const visible = env.CUDA_VISIBLE_DEVICES;
  if (visible !== undefined)
    return visible
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "");
  try {
    return readdirSync("/dev").flatMap((name) => /^nvidia(\d+)$/.exec(name)?.[1] ?? []);
  } catch {
    return [];
  }
}

/** Memory of the smallest visible NVIDIA GPU, as its driver says; 0 where there is none. */
export function gpuMemoryBytes(): number {
  try {
    const lines = execFileSync("nvidia-smi", ["--query-gpu=memory.total", "--format=csv,noheader,nounits"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const mebibytes = lines.trim().split("\n").map(Number).filter(Number.isFinite);
    return mebibytes.length === 0 ? 0 : lowestOf(mebibytes) * 2 ** 20;
  } catch {
    return 0;
  }
}
