import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { AppendLog } from "../../../src/store/log/append-log.js";
import { parseCommitRecord } from "../../../src/store/log/commit-record.js";
import { writeFully } from "../../../src/store/log/durable.js";
import { StoreDamaged } from "../../../src/store/store-damaged.js";
import { scoreColumns } from "../../../src/store/tables/columns.js";
import { scoreRows } from "../score-rows.js";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "append-log-"));
  path = join(folder, "scores");
});

function write(blocks: number): void {
  const log = AppendLog.open(scoreColumns, path);
  for (let block = 0; block < blocks; block++) log.append(`block-${block}`, scoreRows(block * 5, 5));
  log.close();
}

describe("append log", () => {
  test("committed blocks are read back after reopening, nulls and all", () => {
    write(3);
    const log = AppendLog.open(scoreColumns, path);
    expect([...log.blocks]).toEqual(["block-0", "block-1", "block-2"]);
    expect(log.rows).toBe(15);
    expect(log.read("block-1")).toEqual(scoreRows(5, 5));
    log.close();
  });

  test("a block that is committed already is left as it is", () => {
    write(1);
    const log = AppendLog.open(scoreColumns, path);
    expect(log.append("block-0", scoreRows(100, 5))).toBe(false);
    expect(log.read("block-0")).toEqual(scoreRows(0, 5));
    log.close();
  });

  test("cut at any byte of the data's tail or of the last record, opening gives exactly the committed prefix", () => {
    write(1);
    const before = readFileSync(`${path}.arrows`).length;
    const firstEnd = readFileSync(`${path}.commit`).length;
    write(2);
    const after = readFileSync(`${path}.arrows`).length;
    const commits = readFileSync(`${path}.commit`);
    for (let end = firstEnd; end < commits.length; end += 3) {
      for (const dataEnd of [before, Math.floor((before + after) / 2), after]) {
        const copy = mkdtempSync(join(tmpdir(), "append-log-cut-"));
        cpSync(folder, copy, { recursive: true });
        truncateSync(join(copy, "scores.commit"), end);
        truncateSync(join(copy, "scores.arrows"), dataEnd);
        const log = AppendLog.open(scoreColumns, join(copy, "scores"));
        expect([...log.blocks]).toEqual(["block-0"]);
        expect(log.append("block-1", scoreRows(5, 5))).toBe(true);
        expect(log.read("block-1")).toEqual(scoreRows(5, 5));
        log.close();
      }
    }
  });

  test("a committed batch that was cut short is damage, not a shorter run", () => {
    write(2);
    truncateSync(`${path}.arrows`, readFileSync(`${path}.arrows`).length - 1);
    expect(() => AppendLog.open(scoreColumns, path)).toThrow(StoreDamaged);
  });

  test("a commit file that is gone, empty or cut within its header is damage, and nothing is cut", () => {
    write(2);
    const data = readFileSync(`${path}.arrows`);
    for (const bytes of [10, 0, null]) {
      if (bytes === null) rmSync(`${path}.commit`);
      else truncateSync(`${path}.commit`, bytes);
      expect(() => AppendLog.open(scoreColumns, path)).toThrow(/scores.commit (is missing|does not begin)/);
      expect(readFileSync(`${path}.arrows`).equals(data)).toBe(true);
    }
  });

  test("a data file that is gone beside its commit file is damage", () => {
    write(0);
    rmSync(`${path}.arrows`);
    expect(() => AppendLog.open(scoreColumns, path)).toThrow("scores.arrows is missing");
  });

  test("a flipped bit anywhere in a committed run is detected", () => {
    write(2);
    for (const file of [`${path}.arrows`, `${path}.commit`]) {
      const bytes = readFileSync(file);
      const sampled = [...bytes.keys()].filter((byte) => byte % 7 === 0 || byte === bytes.length - 1);
      for (const byte of sampled) {
        const flipped = Buffer.from(bytes);
        flipped[byte] = (flipped[byte] ?? 0) ^ (1 << (byte % 8));
        writeFileSync(file, flipped);
        expect(() => AppendLog.open(scoreColumns, path).close(), `${file} byte ${byte}`).toThrow(
          StoreDamaged,
        );
      }
      writeFileSync(file, bytes);
    }
  });

  test("a write that finds no room is taken back, and what is appended later is whole", () => {
    write(1);
    const [data, commits] = [`${path}.arrows`, `${path}.commit`].map((file) => readFileSync(file).length);
    const { length } = parseCommitRecord(readFileSync(`${path}.commit`, "utf8").trimEnd()) ?? { length: 0 };
    let left = 0;
    const log = AppendLog.open(scoreColumns, path, (fd, bytes, position) => {
      writeFully(fd, bytes.subarray(0, left), position);
      left -= bytes.length;
      if (left < 0) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    });
    for (const room of [0, 1, length - 1, length, length + 20]) {
      left = room;
      expect(() => log.append("block-1", scoreRows(5, 5))).toThrow(
        /scores\.arrows could not be written: the disk is full/,
      );
      expect([`${path}.arrows`, `${path}.commit`].map((file) => readFileSync(file).length)).toEqual([
        data,
        commits,
      ]);
    }
    left = 1e6;
    expect(log.append("block-1", scoreRows(5, 5))).toBe(true);
    log.close();
    const again = AppendLog.open(scoreColumns, path);
    expect([...again.blocks]).toEqual(["block-0", "block-1"]);
    expect(again.read("block-1")).toEqual(scoreRows(5, 5));
    again.close();
  });

  test("NaN is refused before anything is written", () => {
    const log = AppendLog.open(scoreColumns, path);
    const [row] = scoreRows(0, 1);
    expect(() => log.append("block-0", [{ ...row, value: Number.NaN }])).toThrow("missing is null");
    expect(log.blocks.size).toBe(0);
    log.close();
  });
});
