import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { openRun } from "../../src/store/folder/read-run.js";
import { readSamples, readScores } from "../../src/store/tables/read-table.js";

export const root = join(import.meta.dirname, "..", "..");
export const tinyConfig = join(root, "tests", "fixtures", "experiments", "tiny.yaml");

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
}

const script = join(root, "scripts", "steering-window.mjs");

/** Starts the one command, as a user would. */
export const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Running =>
  watch(
    spawn(process.execPath, [script, ...args], { ...SURROUNDINGS, env: { ...SURROUNDINGS.env, ...env } }),
  );

/** The one command, where no file may grow beyond so many kB: as a full disk, without one. */
export const runWithin = (kilobytes: number, args: readonly string[]): Promise<Finished> => {
  const limited = `ulimit -f ${kilobytes} && exec "$0" "$@"`;
  return watch(spawn("bash", ["-c", limited, process.execPath, script, ...args], SURROUNDINGS)).finished;
};

const SURROUNDINGS = {
  cwd: root,
  env: { ...process.env, HF_HUB_OFFLINE: "1", npm_lifecycle_event: undefined },
  stdio: ["ignore", "pipe", "pipe"] as ["ignore", "pipe", "pipe"],
};

function watch(child: ChildProcessByStdio<null, Readable, Readable>): Running {
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const finished = new Promise<Finished>((resolve) => {
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  return { child, finished };
}

export const run = (args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Finished> =>
  start(args, env).finished;

export const newFolder = (): string => mkdtempSync(join(tmpdir(), "steering-window-"));

/** Blocks of samples that a run has committed. */
export function blocksIn(folder: string): number {
  const path = join(folder, "live", "samples.commit");
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0;
}

/** Resolves when a run has committed this many blocks of samples. */
export async function committedBlocks(folder: string, blocks: number): Promise<void> {
  while (blocksIn(folder) < blocks) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A finished run's tables without the columns that say who did what, when. */
export function resultsOf(folder: string) {
  const { files } = openRun(folder);
  const samples = [...readSamples(files, join(folder, "samples.arrow"))].map(
    ({ worker: _w, attempt: _a, lease: _l, block_seconds: _s, ...sample }) => sample,
  );
  return {
    samples,
    scores: [...readScores(files, join(folder, "scores.arrow"))],
    windows: readFileSync(join(folder, "report", "windows.csv"), "utf8"),
  };
}
