import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

import { cpuSeconds } from "../../../src/scoring/sandbox/cpu-time.js";
import { openPythonSandbox } from "../../../src/scoring/sandbox/python-sandbox.js";

const PATIENCE = 300_000;

test(
  "a sandbox that cannot start says so in one sentence",
  async () => {
    const opening = openPythonSandbox({ workers: 1, memoryPages: 100 });
    await expect(opening).rejects.toMatchObject({
      name: "UserError",
      message: /^sandbox: .*did not start.*doctor/s,
    });
  },
  PATIENCE,
);

test(
  "a program that runs on does not outlive a parent that was killed",
  async () => {
    const parent = spawn(
      process.execPath,
      ["--import", "tsx", fileURLToPath(new URL("./abandoned-parent.ts", import.meta.url))],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const [text] = await once(parent.stdout, "data");
    const child = Number(String(text));
    expect(child).toBeGreaterThan(1);
    expect(alive(child)).toBe(true);
    parent.kill("SIGKILL");
    await expect.poll(() => alive(child), { timeout: 60_000, interval: 100 }).toBe(false);
  },
  PATIENCE,
);

test(
  "a Ctrl-C in the terminal reaches the parent alone, at any moment of a sandbox's start and work",
  async () => {
    const parent = spawn(
      process.execPath,
      ["--import", "tsx", fileURLToPath(new URL("./interrupted-parent.ts", import.meta.url))],
      // In its own group, as a shell runs a command: a terminal signals all of it.
      { stdio: ["pipe", "pipe", "inherit"], detached: true },
    );
    let output = "";
    parent.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    const closed = once(parent, "close");
    while (!output.includes("passed") && parent.exitCode === null) {
      await sleep(50);
      if (output !== "" && parent.exitCode === null) process.kill(-(parent.pid ?? 0), "SIGINT");
    }
    parent.stdin.end();
    expect(await closed).toEqual([0, null]);
    expect(output).toMatch(/^starting\n(interrupted\n)+passed\n/);
  },
  PATIENCE,
);

test("processor time is that of the process, and unknown of none", async () => {
  const before = await cpuSeconds(process.pid);
  if (process.platform !== "linux") return expect(before).toBeNull();
  const until = process.cpuUsage().user + 100_000;
  while (process.cpuUsage().user < until);
  expect((await cpuSeconds(process.pid)) ?? 0).toBeGreaterThan(before ?? 0);
  expect(await cpuSeconds(2 ** 30)).toBeNull();
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
