import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, openSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root, run } from "../run/command.js";

const folder = mkdtempSync(join(tmpdir(), "command-line-"));
const grid = join(root, "configs", "experiments", "nano-grid.yaml");

describe("an option that cannot be meant is refused with exit 2, all of them at once", () => {
  test("numbers of simulate that are no numbers, or too small or too large", async () => {
    const { code, stderr } = await run([
      "simulate",
      "--experiments",
      "0",
      "--tasks=-1",
      "--seed",
      "x",
      "--jobs",
      "1e9",
      "--width",
      "nan",
    ]);
    expect(code).toBe(2);
    expect(stderr.trim().split("\n").toSorted()).toEqual([
      "--experiments: too small, received 0, expected at least 1",
      "--jobs: too large, received 1000000000, expected at most 1024",
      '--seed: of the wrong type, received "x", expected a number',
      "--tasks: too small, received -1, expected at least 1",
      '--width: of the wrong type, received "nan", expected a number',
    ]);
  }, 240_000);

  test("fewer simulated samples than a window begins with", async () => {
    const { code, stderr } = await run(["simulate", "--samples", "4", "--experiments", "1"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("give at least 52, or fewer --tasks")]);
  }, 240_000);

  test("an option that occurs twice, and an empty one", async () => {
    const { code, stderr } = await run(["experiment", "", "--out", "a", "--out", "b"]);
    expect([code, ...stderr.trim().split("\n").toSorted()]).toEqual([
      2,
      '--out: occurs twice, received ["a","b"], expected text',
      '<config>: too short, received "", expected at least 1 character',
    ]);
  }, 240_000);
});

test("what a forecast is compared with is looked at before any model", async () => {
  const { code, stderr } = await run(["forecast", "--against", join(root, "package.json"), "--out", folder]);
  expect(code).toBe(2);
  expect(stderr.trim()).toMatch(/package\.json\/report\/windows\.csv does not exist; give the folder/);
}, 240_000);

test("with --json an error is printed as JSON too, on stdout, and as text on stderr", async () => {
  const { code, stdout, stderr } = await run(["plan", grid, "--set", "seed=x", "--json"]);
  expect(code).toBe(2);
  const message = '--set seed=x seed: of the wrong type, received "x", expected a number';
  expect(stderr.trim()).toBe(message);
  const { error } = JSON.parse(stdout);
  expect(error).toMatchObject({ message, exit_code: 2, problems: [{ file: "--set seed=x", key: "seed" }] });
  const usage = await run(["plan", "--nonsense", "--json"]);
  expect([usage.code, JSON.parse(usage.stdout).error.exit_code]).toEqual([2, 2]);
}, 240_000);

test("a place where nothing can be made is refused at once", async () => {
  const { code, stderr } = await run(["simulate", "--experiments", "1", "--figure", "/dev/null/x/y.svg"]);
  expect(code).toBe(2);
  expect(stderr.trim()).toMatch(/^making the folder \/dev\/null failed: something else exists there/);
}, 240_000);

/** Runs the command with a stream that has no reader, or goes to a file. */
function exitCode(args: readonly string[], stdio: [stdout: number | "pipe", stderr: number | "pipe"]) {
  const child = spawn(process.execPath, [join(root, "scripts", "steering-window.mjs"), ...args], {
    env: { ...process.env, npm_lifecycle_event: undefined },
    stdio: ["ignore", ...stdio],
  });
  child.stdout?.destroy();
  child.stderr?.destroy();
  return new Promise<number | null>((resolve) => child.on("close", resolve));
}

test("a verb ends well where the readers of its streams are gone", async () => {
  const args = [
    "simulate",
    "--experiments",
    "2",
    "--truth",
    "model",
    "--samples",
    "60",
    "--jobs",
    "1",
    "--json",
  ];
  expect(await exitCode(args, ["pipe", "pipe"])).toBe(0);
}, 240_000);

test.runIf(existsSync("/dev/full"))(
  "a result that the disk has no room for is exit 2",
  async () => {
    expect(await exitCode(["plan", grid], [openSync("/dev/full", "w"), "pipe"])).toBe(2);
  },
  60_000,
);
