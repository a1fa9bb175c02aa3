import type { Credentials } from "../wire/messages.js";

export interface ExitReport {
  readonly code: number | null;
  readonly signal: string | null;
  /** One clause: "exited with code 1", "was ended by SIGKILL", "could not be started (...)". */
  readonly words: string;
}

/** A worker's process; its stdin stays open for as long as it should live. */
export interface WorkerProcess {
  /** Of a process on this machine. */
  readonly pid: number | undefined;
  readonly log: string;
  readonly exited: Promise<ExitReport>;
  closeStdin(): void;
  kill(signal: "SIGTERM" | "SIGKILL"): void;
}

interface WorkerStart {
  /** From 0; a replacement has the slot of the worker that it replaces. */
  readonly slot: number;
  /** File on this machine that stdout and stderr are appended to. */
  readonly log: string;
  /** One line of JSON on the worker's stdin. */
  readonly credentials: Credentials;
}

/** Starts the workers of a pool, on this machine or elsewhere. */
export interface Launcher {
  /** Returns at once; a start that fails is an exit report. */
  launch(start: WorkerStart): WorkerProcess;
}
