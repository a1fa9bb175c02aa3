import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { expect, test } from "vitest";
import type { ExitReport, Launcher, WorkerProcess } from "../../../src/worker/crew/launcher.js";
import { blockWork, done, isAlive, openProblemPool, problemWorker } from "../problem-pool.js";

/** Starts workers by way of a shell, as one that reaches another machine would, and keeps what it started. */
class ShellLauncher implements Launcher {
  readonly started: { readonly slot: number; readonly worker: string; readonly process: WorkerProcess }[] =
    [];

  launch({ slot, log, credentials }: Parameters<Launcher["launch"]>[0]): WorkerProcess {
    const output = openSync(log, "a");
    const child = spawn("sh", ["-c", 'exec "$0" "$1" good', process.execPath, problemWorker], {
      stdio: ["pipe", output, output],
    });
    child.stdin?.write(`${JSON.stringify(credentials)}\n`);
    const exited = new Promise<ExitReport>((resolve) => {
      child.on("exit", (code, signal) => resolve({ code, signal, words: `exited with code ${code}` }));
    });
    const started: WorkerProcess = {
      pid: child.pid,
      log,
      exited,
      closeStdin: () => child.stdin?.end(),
      kill: (signal) => child.kill(signal),
    };
    this.started.push({ slot, worker: credentials.worker, process: started });
    return started;
  }
}

test("a pool works through the launcher that it is given, whatever starts its workers", async () => {
  const launcher = new ShellLauncher();
  const { pool } = await openProblemPool("good", { launcher, workers: 2 });
  try {
    const outcomes = await Promise.all(["ok-1", "ok-2"].map((block) => pool.run(blockWork(block))));
    expect(outcomes.map((outcome) => done(outcome).report.model)).toEqual(["model-a", "model-a"]);
    expect(launcher.started.map(({ slot }) => slot)).toEqual([0, 1]);
    expect(launcher.started.map(({ worker }) => worker)).toEqual(["w1-1", "w2-2"]);
  } finally {
    await pool.close();
  }
  expect(launcher.started.map(({ process }) => isAlive(process.pid ?? 0))).toEqual([false, false]);
});
