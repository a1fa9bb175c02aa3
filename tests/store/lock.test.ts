import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { lockFolder } from "../../src/store/lock.js";

const folderFor = () => mkdtempSync(join(tmpdir(), "lock-"));

test("a second writer is refused and told who holds the folder", () => {
  const folder = folderFor();
  const lock = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(`process ${process.pid}`);
  lock.release();
  expect(existsSync(join(folder, "lock"))).toBe(false);
});

test("a dead owner's lock is taken over, also when its pid lives on in another process", () => {
  const folder = folderFor();
  writeFileSync(join(folder, "lock"), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), started: "1" }));
  lockFolder(folder).release();
  writeFileSync(join(folder, "lock"), JSON.stringify({ pid: process.pid, host: hostname(), started: "1" }));
  lockFolder(folder).release();
});

test("of many processes that start at once on a dead owner's folder, exactly one gets it", async () => {
  const folder = folderFor();
  writeFileSync(join(folder, "lock"), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), started: "1" }));
  const script = `
    import { lockFolder } from ${JSON.stringify(join(import.meta.dirname, "../../src/store/lock.ts"))};
    try { lockFolder(${JSON.stringify(folder)}); console.log("got it"); setTimeout(() => {}, 3000); }
    catch { console.log("refused"); }`;
  const runs = Array.from({ length: 6 }, () =>
    promisify(execFile)(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script]),
  );
  const outputs = (await Promise.all(runs)).map((run) => run.stdout.trim());
  expect(outputs.filter((output) => output === "got it")).toHaveLength(1);
});
