import { execFile } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkNodeVersion } from "../../scripts/set-up/node-version.mjs";
import { findPython } from "../../scripts/set-up/python.mjs";
import { explainFailure } from "../../scripts/set-up/set-up-error.mjs";
import { inputHash, stamped } from "../../scripts/set-up/stamp.mjs";

const REQUIREMENTS = ["requirements.txt", "requirements-dev.txt", "constraints.txt"];
const root = join(import.meta.dirname, "..", "..");

/** A folder whose only command is a python3 that prints what the probe would. */
function fakePython(output: string): string {
  const bin = mkdtempSync(join(tmpdir(), "bin-"));
  writeFileSync(join(bin, "python3"), `#!/bin/sh\nprintf '${output}'\n`);
  chmodSync(join(bin, "python3"), 0o755);
  return bin;
}

describe("what is missing is reported in one sentence with its remedy", () => {
  test("a Node that is too old", () => {
    expect(() => checkNodeVersion("20.18.3")).toThrow(/^Node 20\.18\.3 is too old: .* install it from .*\.$/);
    expect(() => checkNodeVersion("18.0.0")).toThrow("too old");
    expect(() => checkNodeVersion("20.19.0")).not.toThrow();
    expect(() => checkNodeVersion("24.1.0")).not.toThrow();
  });

  test("no Python at all", async () => {
    const empty = mkdtempSync(join(tmpdir(), "bin-"));
    await expect(findPython({ PATH: empty })).rejects.toThrow(
      /Python 3\.11 or newer .* none was found; install it/,
    );
  });

  test("a Python that is too old, or cannot make environments", async () => {
    await expect(findPython({ PATH: fakePython("3.9\\nvenv\\n") })).rejects.toThrow("python3 is 3.9");
    await expect(findPython({ PATH: fakePython("3.12\\nno venv\\n") })).rejects.toThrow("no venv module");
  });

  test("a Python that the user named and that does not work", async () => {
    const env = { PATH: fakePython("3.12\\nvenv\\n"), STEERING_WINDOW_PYTHON: "/nowhere/python" };
    await expect(findPython(env)).rejects.toThrow("STEERING_WINDOW_PYTHON=/nowhere/python does not work");
  });

  test.each([
    ["npm error code ENOTFOUND\nnpm error getaddrinfo ENOTFOUND registry.example", "could not be reached"],
    [
      "ERROR: Could not find a version\nERROR: No matching distribution found for torch==2.13.0",
      "could not be reached",
    ],
    ["OSError: [Errno 28] No space left on device", "is full"],
    ["npm error code ENOSPC", "is full"],
    ["PermissionError: [Errno 13] Permission denied: '.venv'", "cannot be written"],
  ])("an installer that printed %j", (output, words) => {
    const { message } = explainFailure("installing packages", "/clone", output);
    expect(message).toContain(words);
    expect(message.split("\n")).toHaveLength(1);
  });

  test("the command itself, started with a Python that is not there, ends with 2 and one line", async () => {
    const clone = mkdtempSync(join(tmpdir(), "clone-"));
    cpSync(join(root, "scripts"), join(clone, "scripts"), { recursive: true });
    for (const file of ["package.json", "package-lock.json", "tsconfig.json", ...REQUIREMENTS]) {
      cpSync(join(root, file), join(clone, file));
    }
    for (const folder of ["node_modules", "src", "dist/cli", ".setup"])
      mkdirSync(join(clone, folder), { recursive: true });
    writeFileSync(join(clone, "dist", "cli", "main.js"), "");
    const machine = [process.version, process.platform, process.arch];
    const stamps = {
      node: inputHash(clone, ["package.json", "package-lock.json"], machine),
      build: inputHash(clone, ["src", "tsconfig.json", "package-lock.json"]),
    };
    for (const [name, hash] of Object.entries(stamps))
      writeFileSync(join(clone, ".setup", `${name}.stamp`), hash);
    const { code, stderr } = await new Promise<{ code: number; stderr: string }>((resolve) => {
      execFile(
        process.execPath,
        [join(clone, "scripts", "steering-window.mjs"), "methods"],
        { env: { ...process.env, STEERING_WINDOW_PYTHON: "/nowhere/python" } },
        (error, _stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stderr }),
      );
    });
    expect(code).toBe(2);
    expect(stderr.trim().split("\n").at(-1)).toContain(
      "STEERING_WINDOW_PYTHON=/nowhere/python does not work",
    );
  });
});

describe("a step", () => {
  test("is done once for the same inputs, and again when they change or its result is gone", async () => {
    const folder = mkdtempSync(join(tmpdir(), "stamp-"));
    writeFileSync(join(folder, "input"), "1");
    let done = 0;
    let there = true;
    const run = () =>
      stamped(
        {
          root: folder,
          name: "step",
          hash: inputHash(folder, ["input"]),
          made: () => there,
          log: () => {},
          title: "step",
        },
        async () => {
          done += 1;
        },
      );
    await run();
    await run();
    expect(done).toBe(1);
    writeFileSync(join(folder, "input"), "2");
    await run();
    expect(done).toBe(2);
    there = false;
    await run();
    expect(done).toBe(3);
  });

  test("that failed is not stamped", async () => {
    const folder = mkdtempSync(join(tmpdir(), "stamp-"));
    const options = { root: folder, name: "step", hash: "h", made: () => true, log: () => {}, title: "step" };
    await expect(stamped(options, async () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    let again = false;
    await stamped(options, async () => {
      again = true;
    });
    expect(again).toBe(true);
  });
});
