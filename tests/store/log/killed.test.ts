import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ManifestBook } from "../../../src/run/manifest-book.js";
import { checkRun } from "../../../src/store/folder/check-run.js";
import { openRun, readRun } from "../../../src/store/folder/read-run.js";
import { completeSetAside, isBeingSetAside, setRunAside } from "../../../src/store/folder/set-aside.js";
import type { QuarantinedPiece } from "../../../src/store/quarantine.js";
import { readRound, writeRound } from "../../../src/store/round-file.js";
import { createRunFolder, type RunFolder, runFolder } from "../../../src/store/run-folder.js";
import { scoreColumns, TABLES } from "../../../src/store/tables/columns.js";
import { readScores } from "../../../src/store/tables/read-table.js";
import { stageTable } from "../../../src/store/tables/write-table.js";
import { scoreRows } from "../score-rows.js";
import {
  fillRun,
  finishAgain,
  finishedRun,
  newRoot,
  openedAgain,
  type StartedRun,
  sealRun,
  startRun,
} from "../stored-run.js";
import { killedAt } from "./kill.js";

/** Milliseconds, on a machine that does much else: every change is made durable. */
const LONG = 120_000;

let whole: RunFolder;

beforeAll(async () => {
  whole = await finishedRun();
});

function copyOf(folder: RunFolder): RunFolder {
  const copy = runFolder(newRoot());
  cpSync(folder.root, copy.root, { recursive: true });
  return copy;
}

const close = ({ logs }: StartedRun) => Object.values(logs).forEach((log) => void log.close());

const MISSING: QuarantinedPiece = {
  ...{ block: "retried", of: "samples", ids: ["sample-10"], fault: "machine", code: "out_of_memory" },
  ...{ reason: "It ran out of memory.", start: 0, rounds: 0 },
};

/** A lock that a killed start left, as one of a process that is gone. */
function ownerDied(root: string): void {
  const lock = join(root, "lock");
  if (existsSync(lock))
    writeFileSync(lock, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), started: "1" }));
}

/** Runs `attempt` with a kill at the first change of the disk, the second, and so on, until one attempt lives. */
async function killedEverywhere(attempt: (at: number) => Promise<boolean>): Promise<number> {
  for (let at = 1; ; at++) if (await attempt(at)) return at - 1;
}

const bytesOf = (folder: RunFolder) =>
  TABLES.map(({ table }) => (existsSync(folder[table]) ? readFileSync(folder[table], "base64") : null));

describe("killed at any change of the disk", { timeout: LONG }, () => {
  test("a first start is begun again, and loses nothing that it committed", async () => {
    const kills = await killedEverywhere(async (at) => {
      const root = newRoot();
      const lived = await killedAt(at, () => close(startRun(root)));
      ownerDied(root);
      const again = startRun(root);
      checkRun(again.folder, readRun(again.folder) ?? again.book.current);
      // The rest takes longer, and is the same whatever came before.
      if (at % 10 === 0) {
        fillRun(again);
        await sealRun(again);
        expect(bytesOf(again.folder)).toEqual(bytesOf(whole));
      }
      close(again);
      return lived;
    });
    expect(kills).toBeGreaterThan(30);
  });

  test("a run goes on to the same tables, through six kills", async () => {
    for (let first = 1; first < 60; first += 15) {
      const root = newRoot();
      for (let kill = 0; kill < 6; kill++) {
        await killedAt(first + 17 * kill, async () => {
          const started = startRun(root);
          fillRun(started);
          await sealRun(started);
        });
        ownerDied(root);
        const manifest = existsSync(root) ? readRun(runFolder(root)) : null;
        if (manifest !== null) checkRun(runFolder(root), manifest);
      }
      const last = startRun(root);
      fillRun(last);
      await sealRun(last);
      close(last);
      expect(bytesOf(last.folder)).toEqual(bytesOf(whole));
      expect(openRun(root).manifest.files).toEqual(openRun(whole.root).manifest.files);
    }
  });

  test("a finished run that is opened again has its old tables or the new ones, and what is missing from them", async () => {
    const short = copyOf(whole);
    const { manifest: sealed } = openRun(short.root);
    new ManifestBook(short.manifest, { ...sealed, quarantined: [MISSING] });
    const done = openedAgain(copyOf(short).root);
    await finishAgain(done);
    close(done);
    const before = bytesOf(short);
    const after = bytesOf(done.folder);
    const kills = await killedEverywhere(async (at) => {
      const folder = copyOf(short);
      const started = openedAgain(folder.root);
      const lived = await killedAt(at, () => finishAgain(started));
      close(started);
      const manifest = readRun(folder);
      if (manifest === null) throw new Error("the manifest is gone");
      checkRun(folder, manifest);
      if (manifest.status === "finished") {
        for (const { table } of TABLES) openRun(folder.root).files.read(folder[table]);
        expect(bytesOf(folder)).toEqual(manifest.quarantined.length > 0 ? before : after);
      }
      if (at % 10 === 0) {
        const again = openedAgain(folder.root);
        await finishAgain(again);
        close(again);
        expect(bytesOf(folder)).toEqual(after);
        expect(openRun(folder.root).manifest.quarantined).toEqual([]);
      }
      return lived;
    });
    expect(kills).toBeGreaterThan(20);
  });

  test("--fresh keeps the finished run whole in one place, or is ended by the next start", async () => {
    const kills = await killedEverywhere(async (at) => {
      const folder = copyOf(whole);
      const lived = await killedAt(at, () => setRunAside(folder));
      if (isBeingSetAside(folder)) expect(() => openRun(folder.root)).toThrow("--fresh was stopped");
      completeSetAside(folder);
      const kept = existsSync(folder.manifest) ? folder.root : folder.previous;
      const { manifest, folder: run } = openRun(kept);
      expect(manifest.status).toBe("finished");
      checkRun(run, manifest);
      expect(bytesOf(run)).toEqual(bytesOf(whole));
      expect(kept === folder.root || readRun(folder) === null).toBe(true);
      return lived;
    });
    expect(kills).toBeGreaterThan(10);
  });

  test("--fresh again keeps the run that was set aside first, and removes its unfinished successor", async () => {
    const kills = await killedEverywhere(async (at) => {
      const folder = copyOf(whole);
      setRunAside(folder);
      createRunFolder(folder);
      const successor = startRun(folder.root);
      fillRun(successor);
      close(successor);
      const lived = await killedAt(at, () => setRunAside(folder));
      completeSetAside(folder);
      expect(bytesOf(runFolder(folder.previous))).toEqual(bytesOf(whole));
      const left = readRun(folder);
      if (left !== null) checkRun(folder, left);
      return lived;
    });
    expect(kills).toBeGreaterThan(10);
  });

  test("a file that is replaced is the old one or the new one, and the manifest knows which", async () => {
    const rows = scoreRows(0, 3);
    await killedEverywhere(async (at) => {
      const folder = copyOf(whole);
      const { manifest } = openRun(folder.root);
      const lived = await killedAt(at, async () => {
        const book = new ManifestBook(folder.manifest, manifest);
        book.put(folder.scores, await stageTable(scoreColumns, rows, folder.scores));
        writeRound(book, folder.rounds, { index: 2, stage: "windows", step: 9, vectors: [], cells: [] });
      });
      const { files } = openRun(folder.root);
      expect([10, 3]).toContain([...readScores(files, folder.scores)].length);
      expect([undefined, 9]).toContain(readRound(files, folder.rounds, 2)?.step);
      return lived;
    });
  });
});

test("a run that was set aside can be reported from where it lies", () => {
  const folder = copyOf(whole);
  setRunAside(folder);
  expect(openRun(join(folder.root, "previous")).manifest.status).toBe("finished");
  expect(() => openRun(folder.root)).toThrow("nothing is committed yet");
});
