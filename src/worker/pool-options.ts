import type { DeadlineTiming } from "./crew/deadlines.js";
import type { Launcher } from "./crew/launcher.js";
import type { LivenessTiming } from "./crew/liveness.js";
import type { ShutdownTiming } from "./crew/spawn.js";
import type { Drop } from "./socket/router.js";
import type { HelloInfo, WorkerFailure, WorkerState } from "./wire/messages.js";
import type { ModelLoad, RequestType, UserFile } from "./wire/requests.js";

export interface Timing extends LivenessTiming, DeadlineTiming, ShutdownTiming {
  readonly heartbeatSeconds: number;
  /** From the start of the process to its hello. */
  readonly helloMs: number;
  /** How often liveness is judged. */
  readonly tickMs: number;
  /** How long `close` waits for work under way. */
  readonly drainMs: number;
}

export const DEFAULT_TIMING: Timing = {
  heartbeatSeconds: 2,
  helloMs: 60_000,
  deadMs: 10_000,
  requestMs: 30_000,
  methodMs: 15_000,
  downloadMs: 1_800_000,
  tickMs: 500,
  drainMs: 20_000,
  stopMs: 5_000,
  stdinMs: 2_000,
  termMs: 2_000,
};

export type PoolEvent =
  | { readonly kind: "worker_started"; readonly worker: string; readonly hello: HelloInfo }
  /** Died, went silent, hung, or could not be trusted any more; `failure.code` says which. It is replaced. */
  | { readonly kind: "worker_lost"; readonly worker: string; readonly failure: WorkerFailure }
  | { readonly kind: "model_loaded"; readonly worker: string; readonly ref: string; readonly seconds: number }
  | {
      readonly kind: "answered";
      readonly worker: string;
      readonly request: RequestType;
      /** Time that the worker spent on it. */
      readonly seconds: number;
    }
  | { readonly kind: "busy"; readonly worker: string; readonly busy: boolean }
  | {
      readonly kind: "progress";
      readonly worker: string;
      readonly progress: number;
      readonly state: WorkerState;
      readonly rssBytes: number;
    }
  | {
      readonly kind: "retry";
      readonly work: string;
      readonly attempt: number;
      readonly failure: WorkerFailure;
    }
  | {
      readonly kind: "stale_result";
      readonly worker: string;
      readonly block: string | null;
      readonly lease: number | null;
    }
  | { readonly kind: "dropped"; readonly peer: string; readonly drop: Drop };

export interface PoolOptions {
  /** Run id, the same in every message. */
  readonly run: string;
  readonly workers: number;
  readonly launcher: Launcher;
  /** Folder for one log file of each worker; created if missing. */
  readonly logFolder: string;
  /** The user's method files. */
  readonly userMethods: readonly UserFile[];
  /** Tries of a block before it counts as failed. */
  readonly maxAttempts: number;
  /** Loaded by every worker as soon as it starts, so that it is ready for its first work. */
  readonly preload?: ModelLoad;
  /** First fencing number: above those of earlier starts of the run. */
  readonly firstLease?: number;
  readonly timing?: Partial<Timing>;
  /** Monotonic milliseconds. */
  readonly clock?: () => number;
  readonly onEvent?: (event: PoolEvent) => void;
  /** When aborted, the workers are ended at once, and everything is rejected with PoolClosed. */
  readonly signal?: AbortSignal;
}

/** The pool was closed or aborted before the work was done. */
export class PoolClosed extends Error {
  override readonly name = "PoolClosed";
}
