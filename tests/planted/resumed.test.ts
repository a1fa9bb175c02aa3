import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openRun } from "../../src/store/folder/read-run.js";
import { runFolder } from "../../src/store/run-folder.js";
import { readSamples } from "../../src/store/tables/read-table.js";
import { LONG, plant, plantedRun, root } from "./planted-run.js";

const SMALL = ["models=[small]", "questions=[caracara, mercury]", "design.precision=1"];
const planted = plant("searched");

/** The same run in a process of its own. */
function start(out: string): ChildProcess {
  const script = join(root, "tests", "fixtures", "planted-parent.ts");
  return spawn(process.execPath, ["--import", "tsx", script, planted.folder, out, "--", ...SMALL], {
    cwd: root,
    stdio: "ignore",
  });
}

const roundsOf = (out: string): readonly string[] => {
  const { rounds } = runFolder(out);
  return existsSync(rounds) ? readdirSync(rounds).filter((file) => /^\d+\.json$/.test(file)) : [];
};

/** A round is long: a difference is told by its hash, beside the round's name. */
const roundHashes = (out: string) =>
  roundsOf(out).map((file) => {
    const text = readFileSync(join(runFolder(out).rounds, file));
    return `${file} ${createHash("sha256").update(text).digest("hex")}`;
  });

const samplesOf = (out: string) =>
  [...readSamples(openRun(out).files, runFolder(out).samples)].map(
    ({ worker: _w, attempt: _a, lease: _l, block_seconds: _s, ...sample }) => sample,
  );

/** Blocks of samples that are committed. */
function committedIn(out: string): number {
  const path = join(runFolder(out).live, "samples.commit");
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 2 : 0;
}

const KILLS = 3;

test(
  "killed three times in the middle of its rounds, a run goes on to the same rounds and the same samples",
  async () => {
    const [undisturbed, killed] = [join(planted.folder, "undisturbed"), join(planted.folder, "killed")];
    expect((await plantedRun(planted.folder, undisturbed, SMALL)).exitCode).toBe(0);
    const blocks = committedIn(undisturbed);
    expect(blocks).toBeGreaterThan(KILLS);
    for (let kill = 1; kill <= KILLS; kill++) {
      const child = start(killed);
      const exited = new Promise((resolve) => child.on("close", (_, signal) => resolve(signal)));
      const share = Math.ceil((blocks * kill) / (KILLS + 1));
      await expect
        .poll(() => committedIn(killed), { timeout: LONG / 4, interval: 5 })
        .toBeGreaterThanOrEqual(share);
      child.kill("SIGKILL");
      expect(await exited).toBe("SIGKILL");
    }
    expect(roundsOf(killed).length).toBeGreaterThan(2);
    expect((await plantedRun(planted.folder, killed, SMALL)).exitCode).toBe(0);
    expect(openRun(killed).manifest.starts).toHaveLength(KILLS + 1);
    expect(roundHashes(killed)).toEqual(roundHashes(undisturbed));
    expect(samplesOf(killed)).toEqual(samplesOf(undisturbed));
    expect(readFileSync(runFolder(killed).design, "utf8")).toBe(
      readFileSync(runFolder(undisturbed).design, "utf8"),
    );
  },
  2 * LONG,
);
