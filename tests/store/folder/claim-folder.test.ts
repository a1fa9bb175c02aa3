import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { claimFolder } from "../../../src/store/folder/claim-folder.js";
import { openRun, readRun } from "../../../src/store/folder/read-run.js";
import { setRunAside } from "../../../src/store/folder/set-aside.js";
import { finishedRun } from "../stored-run.js";

const newFolder = () => mkdtempSync(join(tmpdir(), "claim-"));
const claim = (root: string, fresh = false) => claimFolder(root, { fresh });

describe("a folder is claimed for a run", () => {
  test("where it is new, with its parents, or empty, and again where it is marked", () => {
    const root = join(newFolder(), "a", "b");
    claim(root);
    claim(root);
    expect(readdirSync(root)).toEqual(["steering-window.txt"]);
    expect(() => openRun(root)).toThrow("nothing is committed yet");
    claim(newFolder());
  });

  test("where a start was killed while it marked it", () => {
    const root = newFolder();
    writeFileSync(join(root, "steering-window.txt.123.tmp"), "Steer");
    expect(readRun(claim(root))).toBeNull();
  });

  test("where only the mark of a run is lost", async () => {
    const { root, marker } = await finishedRun();
    rmSync(marker);
    claim(root);
    expect(existsSync(marker)).toBe(true);
  });
});

describe("a folder is refused and left as it was", () => {
  test.each([["report", "samples.arrow"], ["manifest.json"], ["live", "quarantine", "lock"]])(
    "where it holds the user's own files: %s",
    (...names) => {
      const root = newFolder();
      for (const name of names) writeFileSync(join(root, name), '{"name": "mine"}');
      for (const fresh of [false, true])
        expect(() => claim(root, fresh)).toThrow(/is not empty and holds no run of this program/);
      expect(readdirSync(root)).toEqual(names.toSorted());
      expect(readFileSync(join(root, names[0] ?? ""), "utf8")).toBe('{"name": "mine"}');
      expect(() => openRun(root)).toThrow("holds no run; give the folder of a run");
    },
  );

  test("where it is a file, a link to nowhere, or below a file", () => {
    const folder = newFolder();
    const file = join(folder, "file");
    writeFileSync(file, "");
    symlinkSync(join(folder, "nowhere"), join(folder, "link"));
    expect(() => claim(file)).toThrow(`${file} is a file, where a run needs a folder; choose another`);
    expect(() => claim(join(folder, "link"))).toThrow("is a link to something that does not exist");
    expect(() => claim(join(file, "run"))).toThrow("ENOTDIR");
    expect(readdirSync(folder)).toEqual(["file", "link"]);
  });

  test("where no folder can be made", () => {
    expect(() => claim("/proc/run")).toThrow(/ENOENT.*\/proc\/run/);
  });
});

describe("a run of an earlier version", () => {
  const earlier = () => {
    const root = newFolder();
    const manifest = { schema_version: 1, run: "r", generation_hash: "g", execution: { rows: 4 } };
    writeFileSync(join(root, "manifest.json"), JSON.stringify(manifest));
    mkdirSync(join(root, "live"));
    cpSync(join(root, "manifest.json"), join(root, "samples.arrow"));
    return root;
  };

  test("is refused untouched, with ways to go on", () => {
    const root = earlier();
    const names = readdirSync(root);
    for (const use of [claim, openRun])
      expect(() => use(root)).toThrow(
        /of an earlier version .* run it again with --fresh, or choose another/,
      );
    expect(readdirSync(root)).toEqual(names);
  });

  test("is kept in previous/ where --fresh takes its place", () => {
    const folder = claim(earlier(), true);
    setRunAside(folder);
    expect(readRun(folder)).toBeNull();
    expect(() => openRun(folder.previous)).toThrow("of an earlier version");
    expect(existsSync(join(folder.previous, "samples.arrow"))).toBe(true);
  });
});
