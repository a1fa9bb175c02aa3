import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { removeTemporaries, replaceFile, stageFile } from "../../../src/store/log/durable.js";
import { needingRoom, requireRoom } from "../../../src/store/log/no-room.js";
import { UserError } from "../../../src/util/user-error.js";

const folder = mkdtempSync(join(tmpdir(), "no-room-"));
const failing = (code: string) => () => {
  throw Object.assign(new Error(`${code}: refused`), { code });
};

test("a write that finds no room says which file, why, how much is free and what to do", () => {
  const path = join(folder, "samples.arrow");
  for (const [code, why] of [
    ["ENOSPC", "the disk is full"],
    ["EDQUOT", "the disk quota is used up"],
    ["EFBIG", "the file would be larger than is allowed"],
  ] as const) {
    const write = () => needingRoom(path, failing(code));
    expect(write).toThrow(UserError);
    expect(write).toThrow(new RegExp(`^${path} could not be written: ${why}.*, .* are free; make room`));
  }
  expect(() => needingRoom(path, failing("EIO"))).toThrow("EIO: refused");
});

test("a file that cannot be replaced stays as it was, without a temporary one beside it", () => {
  const path = join(folder, "manifest.json");
  replaceFile(path, "before");
  const chunks = {
    *[Symbol.iterator]() {
      yield Buffer.from("af");
      failing("ENOSPC")();
    },
  };
  expect(() => stageFile(path, chunks)).toThrow("the disk is full");
  expect(readdirSync(folder)).toEqual(["manifest.json"]);
});

test("room is asked for before much is written", () => {
  const path = join(folder, "samples.arrow");
  expect(() => requireRoom(path, 2e6, () => 1_500_000)).toThrow(
    /it and what is written with it need 2\.00 MB, 1\.50 MB are free/,
  );
  expect(() => requireRoom(path, 2e6, () => 2e6)).not.toThrow();
});

test("temporary files of dead writers are removed, those of live ones stay", () => {
  const dead = `manifest.json.${2 ** 30}.tmp`;
  const mine = `manifest.json.${process.pid}.tmp`;
  const others = `report.md.${process.ppid}.tmp`;
  for (const name of [dead, mine, others, "notes.tmp"]) writeFileSync(join(folder, name), "");
  removeTemporaries(folder);
  expect(readdirSync(folder).sort()).toEqual(["manifest.json", "notes.tmp", others].sort());
});
