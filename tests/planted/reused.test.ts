import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { beforeAll, describe, expect, test } from "vitest";
import { reportRun } from "../../src/report/report-run.js";
import { openRun } from "../../src/store/folder/read-run.js";
import { writeManifest } from "../../src/store/manifest.js";
import { runFolder } from "../../src/store/run-folder.js";
import { readMeasurements, readSamples, readScores } from "../../src/store/tables/read-table.js";
import { here } from "../report/here.js";
import { LONG, plant, plantedRun, root } from "./planted-run.js";

const FEW = [
  "strengths={unit: resid, from: 0.25, to: 2.828427, count: 6}",
  ...["samples={question: 4, task: 2}", "baseline={question: 8, task: 4}", "execution.block=32"],
];
const LESS = [...FEW, "questions=[caracara]", "methods=[caa-last-token]"];
const planted = plant("two-rungs");
const placeOf = (name: string) => join(planted.folder, name);
const [earlier, anew] = [placeOf("earlier"), placeOf("anew")];

interface Carried {
  readonly exitCode: number;
  /** Samples that workers were asked for. */
  readonly asked: number;
  readonly said: string;
}

async function carryOut(
  out: string,
  set: readonly string[],
  reuse: readonly string[] = [],
  folder = planted.folder,
): Promise<Carried> {
  const stderr = new PassThrough();
  let said = "";
  stderr.on("data", (chunk) => {
    said += chunk;
  });
  const { exitCode, speed } = await plantedRun(folder, out, set, { stderr, reuse });
  const asked = Object.values(speed?.record().models ?? {}).reduce((sum, { samples }) => sum + samples, 0);
  return { exitCode, asked, said };
}

/** A finished run's tables without the columns that say who did what, when. */
function tablesOf(out: string) {
  const { files, folder } = openRun(out);
  const own = <Row extends object>(rows: readonly Row[]) =>
    rows.map((row) => ({ ...row, worker: "", attempt: 0, lease: 0, realised_rows: 0, block_seconds: 0 }));
  return {
    samples: own([...readSamples(files, folder.samples)]),
    measurements: own([...readMeasurements(files, folder.measurements)]),
    scores: [...readScores(files, folder.scores)],
  };
}

async function windowsOf(out: string): Promise<string> {
  await reportRun(out, here, () => {});
  return readFileSync(join(runFolder(out).report, "windows.csv"), "utf8");
}

const roundHashes = (out: string) =>
  readdirSync(runFolder(out).rounds).map((file) => {
    const text = readFileSync(join(runFolder(out).rounds, file));
    return `${file} ${createHash("sha256").update(text).digest("hex")}`;
  });

const samplesIn = (out: string) => openRun(out).manifest.samples;

beforeAll(async () => {
  expect((await carryOut(earlier, LESS)).exitCode).toBe(0);
  const fresh = await carryOut(anew, FEW);
  expect(fresh).toMatchObject({ exitCode: 0, asked: samplesIn(anew) });
  expect(fresh.said).toContain("earlier may have");
}, LONG);

describe("a run with a question and a method more, which takes over what another run has", {
  timeout: LONG,
}, () => {
  test("samples only what is new, and ends in the tables of one that sampled everything", async () => {
    const out = placeOf("taken");
    const { exitCode, asked, said } = await carryOut(out, FEW, [earlier]);
    const taken = samplesIn(earlier);
    expect({ exitCode, asked }).toEqual({ exitCode: 0, asked: samplesIn(anew) - taken });
    expect(said).toMatch(
      /earlier has \d+ of these .* Its config differs: questions has mercury; methods has random\./,
    );
    expect(tablesOf(out)).toEqual(tablesOf(anew));
    expect(await windowsOf(out)).toBe(await windowsOf(anew));
    const { run, generation_hash } = openRun(earlier).manifest;
    expect(openRun(out).manifest.reused).toEqual([
      { run, generation_hash, folder: "../earlier", samples: taken },
    ]);
    expect(readFileSync(join(runFolder(out).report, "report.md"), "utf8")).toContain(
      `were taken over: ${taken} from ${run}.`,
    );
    const { files, folder } = openRun(out);
    const others = [...readSamples(files, folder.samples)].filter(({ worker }) =>
      worker.endsWith(` of ${run}`),
    );
    expect(others).toHaveLength(taken);
  });

  test("killed while it takes over, goes on by the same command to the same tables", async () => {
    const out = placeOf("killed");
    const script = join(root, "tests", "fixtures", "planted-parent.ts");
    const child = spawn(
      process.execPath,
      ["--import", "tsx", script, planted.folder, out, earlier, "--", ...FEW],
      { cwd: root, stdio: "ignore" },
    );
    const exited = new Promise((resolve) => child.on("close", (_, signal) => resolve(signal)));
    const committed = join(runFolder(out).live, "samples.commit");
    await expect
      .poll(() => existsSync(committed) && readFileSync(committed, "utf8").split("\n").length > 4, {
        timeout: LONG / 4,
        interval: 2,
      })
      .toBe(true);
    child.kill("SIGKILL");
    expect(await exited).toBe("SIGKILL");
    expect(openRun(out).manifest.status).toBe("running");
    // Without the flag: the manifest says what is taken from where.
    expect((await carryOut(out, FEW)).exitCode).toBe(0);
    expect(tablesOf(out)).toEqual(tablesOf(anew));
    expect(openRun(out).manifest.reused).toMatchObject([{ samples: samplesIn(earlier) }]);
  });

  test("takes from a run that was stopped as much as that committed", async () => {
    const stopped = placeOf("stopped");
    cpSync(earlier, stopped, { recursive: true });
    const { folder, manifest } = openRun(stopped);
    writeManifest(folder.manifest, { ...manifest, status: "running" });
    const commits = `${folder.live}/samples.commit`;
    const lines = readFileSync(commits, "utf8").split("\n");
    writeFileSync(commits, `${lines.slice(0, 4).join("\n")}\n`);
    const committed = lines
      .slice(1, 4)
      .reduce((sum, line) => sum + Number(/"rows":(\d+)/.exec(line)?.[1]), 0);
    const out = placeOf("from-stopped");
    expect(await carryOut(out, FEW, [stopped])).toMatchObject({ asked: samplesIn(anew) - committed });
    expect(tablesOf(out)).toEqual(tablesOf(anew));
  });
});

describe("what a sample depends on is not as it was", { timeout: LONG }, () => {
  test.each([
    [
      "another temperature",
      ["decoding.question.temperature=0.9", "decoding.task.temperature=0.9"],
      "temperature: 1 there",
    ],
  ])("%s: nothing is taken over, and the reason is said", async (name, set, reason) => {
    const { asked, said } = await carryOut(placeOf(name), [...LESS, ...set], [earlier]);
    expect(asked).toBe(samplesIn(earlier));
    expect(said).toContain(reason);
    expect(openRun(placeOf(name)).manifest.reused).toMatchObject([{ samples: 0 }]);
  });

  test.each([["chat template", "chat_template.jinja"]])(
    "another %s: nothing of the model is taken over, and the reason is said",
    async (name, file) => {
      const folder = placeOf(`ladder of ${name}`);
      for (const part of ["narrow", "wide", "experiment.yaml"])
        cpSync(placeOf(part), join(folder, part), { recursive: true });
      const path = join(folder, "narrow", file);
      writeFileSync(path, existsSync(path) ? `${readFileSync(path, "utf8")}\n` : "{}");
      const { asked, said } = await carryOut(join(folder, "run"), LESS, [earlier], folder);
      expect(asked).toBe(samplesIn(earlier) / 2);
      expect(said).toMatch(/Samples of narrow are made anew, not taken over from .*: its .* changed\./);
    },
  );

  test("a damaged run is refused in one sentence", async () => {
    const damaged = placeOf("damaged");
    cpSync(earlier, damaged, { recursive: true });
    const { samples } = runFolder(damaged);
    const bytes = readFileSync(samples);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(samples, bytes);
    await expect(carryOut(placeOf("from-damaged"), FEW, [damaged])).rejects.toThrow(
      /^nothing is taken over from --reuse .*damaged: .*samples\.arrow was changed/,
    );
  });
});

test(
  "a search chooses the rounds that it would have chosen, and has their samples from the other run",
  async () => {
    const { folder } = plant("searched");
    const small = ["models=[small]", "design={precision: 1, window_samples: 200}"];
    const [one, two, taken] = [join(folder, "one"), join(folder, "two"), join(folder, "taken")];
    await carryOut(one, [...small, "questions=[caracara]"], [], folder);
    await carryOut(two, [...small, "questions=[caracara, mercury]"], [], folder);
    const { asked } = await carryOut(taken, [...small, "questions=[caracara, mercury]"], [one], folder);
    expect(asked).toBeLessThan(samplesIn(two));
    expect(roundHashes(taken)).toEqual(roundHashes(two));
    expect(tablesOf(taken)).toEqual(tablesOf(two));
    const [{ samples = 0 } = {}] = openRun(taken).manifest.reused ?? [];
    expect(samples).toBeGreaterThan(samplesIn(two) / 2);
    expect(asked + samples).toBe(samplesIn(two));
  },
  2 * LONG,
);
