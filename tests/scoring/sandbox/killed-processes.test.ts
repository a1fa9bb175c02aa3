import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";

import type { PythonTask } from "../../../src/config/experiment.js";
import { openPythonSandbox, type PythonSandbox } from "../../../src/scoring/sandbox/python-sandbox.js";
import { sandboxProcesses } from "./sandbox-processes.js";

const PATIENCE = 300_000;
const cases = [{ args: [1], value: 2 }];
const task: PythonTask = { id: "f", messages: [], function: "f", cases, reference: "", wrong: [] };
const LONG = "def f(n):\n    for _ in range(2_000_000):\n        pass\n    return n + 1";

let sandbox: PythonSandbox;

beforeEach(async () => {
  sandbox = await openPythonSandbox({ workers: 1, cpuSeconds: 120 });
}, PATIENCE);

afterEach(() => sandbox.close());

test(
  "a program whose process is killed from outside is run again",
  async () => {
    const judging = sandbox.judge(task, [LONG]);
    for (let kills = 0; kills < 2; kills += 1) await killOne();
    expect(await judging).toEqual([{ kind: "passed" }]);
  },
  PATIENCE,
);

test(
  "a program whose processes are all killed from outside is unscored, with the reason, until they are left alone",
  async () => {
    let settled = false;
    const judging = sandbox.judge(task, [LONG]).finally(() => {
      settled = true;
    });
    while (!settled) await killOne(() => settled);
    expect(await judging).toEqual([
      { kind: "unscored", reason: expect.stringMatching(/^the sandbox process .*SIGKILL/) },
    ]);
    expect(await sandbox.judge(task, [LONG])).toEqual([{ kind: "passed" }]);
  },
  PATIENCE,
);

/** Kills the next sandbox process that there is. */
async function killOne(unless: () => boolean = () => false): Promise<void> {
  for (;;) {
    const [pid] = sandboxProcesses();
    if (unless()) return;
    if (pid === undefined) {
      await sleep(20);
      continue;
    }
    process.kill(pid, "SIGKILL");
    while (sandboxProcesses().includes(pid)) await sleep(5);
    return;
  }
}
