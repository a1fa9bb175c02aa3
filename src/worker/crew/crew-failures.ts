import { readFileSync } from "node:fs";
import { UserError } from "../../util/user-error.js";
import type { WorkerFailure } from "../wire/messages.js";
import type { WorkerClient } from "../worker-client.js";
import type { ExitReport } from "./launcher.js";

/** Consecutive starts that may fail before a slot is abandoned. */
export const MAX_START_FAILURES = 3;

const LOG_LINES = 12;

/** The signal that the system sends to a process when memory runs out. */
const OUT_OF_MEMORY_SIGNAL = "SIGKILL";
const MEMORY_ADVICE =
  "The system has most likely run out of memory: take fewer workers or rows, a smaller model, or a machine with more.";

type Lost = Pick<WorkerClient, "name" | "doing" | "process">;

/** `words` say what the worker did, as in "was silent for 10 s"; its current request is added. */
export function lossOf(client: Lost, code: string, words: string, advice = ""): WorkerFailure {
  const during = client.doing === null ? "" : ` while ${client.doing}`;
  return {
    code,
    message: `Worker ${client.name} ${words}${during}.`,
    advice: `${advice} Its log is ${client.process.log}.`.trim(),
    retry: "fresh_process",
    samples: [],
  };
}

export function deathOf(client: Lost, exit: ExitReport): WorkerFailure {
  return lossOf(client, "worker_died", exit.words, exit.signal === OUT_OF_MEMORY_SIGNAL ? MEMORY_ADVICE : "");
}

export function killed(worker: string): WorkerFailure {
  const message = `Worker ${worker} was killed because the pool was.`;
  return { code: "killed", message, advice: "", retry: "none", samples: [] };
}

/** Why no worker is available, after several consecutive starts failed. */
export function startError(client: WorkerClient, failure: WorkerFailure, failures: number): UserError {
  const tail = lastWords(client.process.log);
  const what = client.connection ? "No Python worker could be made ready" : "The Python worker did not start";
  const often = failures === 1 ? "" : `, ${failures} times in a row`;
  return new UserError(
    `${what}${often}: ${failure.message} ` +
      (tail === ""
        ? `Its log ${client.process.log} is empty.`
        : `Its log ${client.process.log} ends with:\n${tail}`),
  );
}

export function versionError(clash: string): UserError {
  return new UserError(
    `The Python worker speaks another protocol than this orchestrator (${clash}): install both from the same version.`,
  );
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** The end of a log; for a crash of the interpreter, its beginning, since the stack has the last call first. */
function lastWords(path: string): string {
  try {
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    const crash = lines.findLastIndex((line) => line.startsWith("Fatal Python error"));
    return (crash < 0 ? lines.slice(-LOG_LINES) : lines.slice(crash, crash + LOG_LINES)).join("\n");
  } catch {
    return "";
  }
}
