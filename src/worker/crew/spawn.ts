import { closeSync, createWriteStream, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { killGroup } from "../../util/kill-group.js";
import type { Credentials } from "../wire/messages.js";
import type { ExitReport, WorkerProcess } from "./launcher.js";

interface SpawnOptions {
  readonly command: readonly string[];
  /** Added to the orchestrator's own environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  /** File that stdout and stderr are appended to. */
  readonly log: string;
  readonly credentials: Credentials;
}

/** Start a worker and hand it its credentials as one line of JSON on stdin. A failed start is an exit report. */
export function spawnWorker(options: SpawnOptions): WorkerProcess {
  const [file = "", ...args] = options.command;
  const descriptor = openSync(options.log, "a");
  // The worker has its own file descriptor, so it can write even while this process is busy or gone.
  const log = createWriteStream(options.log, { fd: descriptor, autoClose: false });
  const child = execa(file, args, {
    cwd: options.folder,
    env: options.environment,
    stdin: "pipe",
    stdout: log,
    stderr: log,
    buffer: false,
    reject: false,
    // In its own process group, so that the terminal's Ctrl-C reaches the orchestrator alone. It ends with its stdin.
    detached: process.platform !== "win32",
  });
  closeSync(descriptor);
  // A worker that dies before it has read its credentials breaks the pipe; its exit says so.
  child.stdin?.on("error", () => {});
  child.stdin?.write(`${JSON.stringify(options.credentials)}\n`);
  return {
    pid: child.pid,
    log: options.log,
    exited: child.then((result) => {
      const code = result.exitCode ?? null;
      const signal = result.signal ?? null;
      return { code, signal, words: exitWords(code, signal, result.originalMessage) };
    }),
    closeStdin: () => child.stdin?.end(),
    kill: (signal) => killGroup(child, signal),
  };
}

export interface ShutdownTiming {
  /** Wait after the stop message, after the end of stdin, and after SIGTERM. */
  readonly stopMs: number;
  readonly stdinMs: number;
  readonly termMs: number;
}

/** Stop message, end of stdin, SIGTERM, SIGKILL: each only if the one before had no effect. */
export async function shutDown(
  worker: WorkerProcess,
  sendStop: () => void,
  timing: ShutdownTiming,
): Promise<ExitReport> {
  const steps: readonly [() => void, number][] = [
    [sendStop, timing.stopMs],
    [worker.closeStdin, timing.stdinMs],
    [() => worker.kill("SIGTERM"), timing.termMs],
  ];
  for (const [step, patience] of steps) {
    step();
    const done = new AbortController();
    const exit = await Promise.race([
      worker.exited,
      sleep(patience, null, { signal: done.signal }).catch(() => null),
    ]);
    done.abort();
    if (exit) return exit;
  }
  worker.kill("SIGKILL");
  return worker.exited;
}

function exitWords(code: number | null, signal: string | null, cause: string | undefined): string {
  if (signal !== null) return `was ended by ${signal}`;
  if (code !== null) return `exited with code ${code}`;
  return `could not be started (${cause ?? "no reason given"})`;
}
