import type { Cost } from "../plan/cost/estimate-cost.js";
import { isInHubCache } from "../run/identity/hub-cache.js";
import { duration } from "../run/progress/progress.js";
import type { Machine } from "../run/start/choose-execution.js";

/** Whether one model of a published sweep can run here; if not, what is missing and how to get it. */
export interface Readiness {
  readonly model: string;
  readonly ready: boolean;
  readonly text: string;
}

/** A model is run on a CPU only if it takes less than this. */
const CPU_SECONDS_LIMIT = 3600;

interface ReadinessInput {
  readonly name: string;
  readonly ref: string;
  readonly source: "folder" | "hub";
  readonly cost: Cost["models"][number];
}

export function readinessOf(
  input: ReadinessInput,
  machine: Machine,
  gpuBytes: number,
  env: NodeJS.ProcessEnv,
): Readiness {
  const { name, ref, source, cost } = input;
  const missing: string[] = [];
  if (source === "hub" && !isInHubCache(ref, env)) {
    missing.push(
      `no weights: accept the licence at huggingface.co/${ref}, then run: hf auth login && hf download ${ref}`,
    );
  }
  const available = machine.gpus > 0 ? gpuBytes : machine.memoryBytes;
  if (cost.memory_bytes > available) {
    missing.push(
      `no suitable device: about ${gigabytes(cost.memory_bytes)} are needed and ${gigabytes(available)} are available; run it on a GPU with enough memory`,
    );
  } else if (machine.gpus === 0 && cost.seconds > CPU_SECONDS_LIMIT) {
    missing.push(
      `no GPU: on this CPU it would take about ${duration(cost.seconds)}; run it on a machine with a GPU`,
    );
  }
  return {
    model: name,
    ready: missing.length === 0,
    text: missing.length === 0 ? "runs" : missing.join("; "),
  };
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(0)} GB`;
