import type { Launcher } from "./launcher.js";
import { spawnWorker } from "./spawn.js";

interface LocalOptions {
  readonly command: readonly string[];
  /** The folder that holds the package `steering_worker`. */
  readonly folder: string;
  /** Threads of each worker's numeric libraries; absent leaves them alone. */
  readonly threads?: number;
  /** What is added to the orchestrator's environment for a slot's worker (its GPU, for example). */
  readonly environment?: (slot: number) => Readonly<Record<string, string>>;
}

/** Starts workers as processes of this machine. */
export function localLauncher({ command, folder, threads, environment }: LocalOptions): Launcher {
  const numeric: Record<string, string> =
    threads === undefined ? {} : { OMP_NUM_THREADS: `${threads}`, MKL_NUM_THREADS: `${threads}` };
  return {
    launch: ({ slot, log, credentials }) =>
      spawnWorker({
        command,
        environment: {
          PYTHONPATH: folder,
          PYTHONUNBUFFERED: "1",
          // Loading a model must never install anything.
          PIP_NO_INDEX: "1",
          TOKENIZERS_PARALLELISM: "false",
          ...numeric,
          ...environment?.(slot),
        },
        folder,
        log,
        credentials,
      }),
  };
}
