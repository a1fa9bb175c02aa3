import { execFile } from "node:child_process";
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { lockFolder, tryLock } from "../../../src/store/lock/lock.js";

const folderFor = () => mkdtempSync(join(tmpdir(), "lock-"));

test("a second writer is refused with the name of the folder's holder", () => {
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

test("a takeover that a killed process left unfinished never blocks another", () => {
  const folder = folderFor();
  writeFileSync(join(folder, "lock"), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), started: "1" }));
  const tomorrow = new Date(Date.now() + 86_400_000);
  mkdirSync(join(folder, "lock.breaking"));
  utimesSync(join(folder, "lock.breaking"), tomorrow, tomorrow);
  for (const name of [`lock.breaking.${2 ** 22 + 1}.1`, `lock.breaking.${process.pid}.1`])
    writeFileSync(join(folder, name), "");
  lockFolder(folder).release();
  expect(readdirSync(folder)).toEqual(["lock.breaking"]);
});

test("a lock that a killed process of the same pid left half taken is taken over", () => {
  const folder = folderFor();
  writeFileSync(join(folder, "lock"), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), started: "1" }));
  linkSync(join(folder, "lock"), join(folder, `lock.${process.pid}.tmp`));
  lockFolder(folder).release();
  expect(readdirSync(folder)).toEqual([]);
});

test("a lock of another host is reported with its holder, its age and the file to delete", () => {
  const folder = folderFor();
  const path = join(folder, "lock");
  writeFileSync(path, JSON.stringify({ pid: 7, host: "elsewhere", started: "1" }));
  utimesSync(path, new Date("2026-01-02T03:04:05Z"), new Date("2026-01-02T03:04:05Z"));
  expect(() => lockFolder(folder)).toThrow(
    `process 7 on the host elsewhere since 2026-01-02T03:04:05.000Z, which cannot be asked from ${hostname()}; if no run is being written there, delete ${path} and give the command again`,
  );
  expect(tryLock(folder)).toBeNull();
});

test.each([
  ["a folder", (path: string) => mkdirSync(path)],
  ["a file of something else", (path: string) => writeFileSync(path, "hello")],
])("a lock that is %s is reported with the path to delete", (_, make) => {
  const folder = folderFor();
  make(join(folder, "lock"));
  expect(() => lockFolder(folder)).toThrow(
    `no lock that this program wrote; if no run is being written there, delete ${join(folder, "lock")}`,
  );
});

test("of many processes that start at once on a dead owner's folder, exactly one gets it", async () => {
  const folder = folderFor();
  writeFileSync(join(folder, "lock"), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), started: "1" }));
  const script = `
    import { lockFolder } from ${JSON.stringify(join(import.meta.dirname, "../../../src/store/lock/lock.ts"))};
    try { lockFolder(${JSON.stringify(folder)}); console.log("got it"); setTimeout(() => {}, 3000); }
    catch { console.log("refused"); }`;
  const runs = Array.from({ length: 6 }, () =>
    promisify(execFile)(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script]),
  );
  const outputs = (await Promise.all(runs)).map((run) => run.stdout.trim());
  expect(outputs.filter((output) => output === "got it")).toHaveLength(1);
});
