import { expect, test } from "vitest";

import type { PythonTask } from "../../../src/config/experiment.js";
import { openPythonSandbox } from "../../../src/scoring/sandbox/python-sandbox.js";
import { sandboxProcesses } from "./sandbox-processes.js";

const task: PythonTask = {
  ...{ id: "f", messages: [], function: "f", reference: "", wrong: [] },
  cases: [{ args: [1], value: 2 }],
};

test("a sandbox has one process until programs wait for it, and then more", async () => {
  const sandbox = await openPythonSandbox({ workers: 2, cpuSeconds: 120 });
  try {
    expect(await sandbox.judge(task, ["def f(n):\n    return n + 1"])).toEqual([{ kind: "passed" }]);
    expect(sandboxProcesses()).toHaveLength(1);
    const slow = Array.from(
      { length: 6 },
      (_, k) => `def f(n):\n    sum(range(3_000_000))\n    return n + ${k}`,
    );
    const judging = sandbox.judge(task, slow);
    await expect.poll(() => sandboxProcesses().length, { timeout: 100_000 }).toBe(2);
    expect((await judging).map(({ kind }) => kind)).toEqual(
      slow.map((_, k) => (k === 1 ? "passed" : "failed")),
    );
  } finally {
    await sandbox.close();
  }
  expect(sandboxProcesses()).toEqual([]);
}, 300_000);
