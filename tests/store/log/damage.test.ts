import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Experiment } from "../../../src/config/experiment.js";
import { type ReportHelpers, reportRun } from "../../../src/report/report-run.js";
import { scoreMissing } from "../../../src/run/scoring/score-missing.js";
import { checkRun } from "../../../src/store/folder/check-run.js";
import { readRun } from "../../../src/store/folder/read-run.js";
import { type RunFolder, runFolder } from "../../../src/store/run-folder.js";
import { StoreDamaged } from "../../../src/store/store-damaged.js";
import { fillRun, finishedRun, newRoot, startRun } from "../stored-run.js";

let whole: RunFolder;
let running: RunFolder;

beforeAll(async () => {
  whole = await finishedRun();
  const started = startRun(newRoot());
  fillRun(started);
  for (const log of Object.values(started.logs)) log.close();
  running = started.folder;
});

/** A report that would come to estimating windows was made of what the folder holds. */
const helpers = {
  estimate: () => Promise.reject(new Error("reported")),
  drawer: { draw: () => Promise.reject(new Error("reported")) },
} as ReportHelpers;

const report = (folder: RunFolder, said: string[] = []): Promise<unknown> =>
  reportRun(folder.root, helpers, (text) => said.push(text));

function copyOf(folder: RunFolder): RunFolder {
  const copy = runFolder(newRoot());
  cpSync(folder.root, copy.root, { recursive: true });
  return copy;
}

/** Every file of a folder with its content. */
const contents = ({ root }: RunFolder): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((name) => statSync(join(root, name)).isFile())
      .map((name) => [name, readFileSync(join(root, name), "base64")]),
  );

/** Bits of a file, the same ones in every test run. */
function* someBits(bytes: number, count: number): Generator<readonly [number, number]> {
  let state = 12345;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    yield [Math.floor((state / 2 ** 32) * bytes), (state >>> 7) & 7];
  }
}

const TABLES = ["samples.arrow", "measurements.arrow", "scores.arrow"];
const OTHERS = ["manifest.json", "config.resolved.yaml", "design.json", "forecast.json"];
const PARTS = [...OTHERS, "rounds/0000.json", "rounds/0001.json", "vectors/v0.safetensors"];

describe("a flipped bit", () => {
  test.each([...PARTS, ...TABLES])("of %s is noticed by a report wherever it is", async (name) => {
    const folder = copyOf(whole);
    rmSync(folder.live, { recursive: true });
    const path = join(folder.root, name);
    const bytes = readFileSync(path);
    for (const [byte, bit] of someBits(bytes.length, 60)) {
      const flipped = Buffer.from(bytes);
      flipped[byte] = (flipped[byte] ?? 0) ^ (1 << bit);
      writeFileSync(path, flipped);
      const failure = await report(folder).catch((cause: unknown) => cause);
      expect(failure, `byte ${byte} bit ${bit}`).toBeInstanceOf(StoreDamaged);
      expect(String(failure)).toContain(path);
    }
  });

  test.each(TABLES)("of %s is mended from whole blocks, and said", async (name) => {
    const folder = copyOf(whole);
    const path = join(folder.root, name);
    const bytes = readFileSync(path);
    for (const damage of ["flipped", "cut", "gone"]) {
      const flipped = Buffer.from(bytes);
      flipped[300] = (flipped[300] ?? 0) ^ 4;
      if (damage === "gone") rmSync(path);
      else writeFileSync(path, damage === "cut" ? bytes.subarray(0, 500) : flipped);
      const said: string[] = [];
      await expect(report(folder, said), damage).rejects.not.toBeInstanceOf(StoreDamaged);
      expect(said.join()).toMatch(new RegExp(`${name} was missing or changed; it was made again`));
      expect(readFileSync(path).equals(bytes), damage).toBe(true);
      expect(existsSync(join(folder.root, "lock"))).toBe(false);
    }
  });

  test("of a table is mended by the experiment command too, before it looks for missing scores", async () => {
    const folder = copyOf(whole);
    writeFileSync(folder.scores, "");
    const said: string[] = [];
    const none = () => Promise.reject(new Error("reported"));
    const experiment = { scorers: [] as Experiment["scorers"] } as Experiment;
    const open = { sandbox: none, scorers: none };
    await scoreMissing(folder.root, experiment, open, (text) => said.push(text)).catch((cause: unknown) =>
      expect(String(cause)).toContain("reported"),
    );
    expect(said[0]).toContain("scores.arrow was missing or changed; it was made again");
    expect(readFileSync(folder.scores).equals(readFileSync(whole.scores))).toBe(true);
  });

  test.each(PARTS.filter((name) => name !== "config.resolved.yaml"))(
    "of %s is noticed by the next start of an unfinished run",
    (name) => {
      const folder = copyOf(running);
      const path = join(folder.root, name);
      const bytes = readFileSync(path);
      for (const [byte, bit] of someBits(bytes.length, 60)) {
        const flipped = Buffer.from(bytes);
        flipped[byte] = (flipped[byte] ?? 0) ^ (1 << bit);
        writeFileSync(path, flipped);
        expect(() => goOn(folder), `byte ${byte} bit ${bit}`).toThrow(StoreDamaged);
      }
    },
  );
});

/** What a start looks at before anything else. */
function goOn(folder: RunFolder): void {
  const manifest = readRun(folder);
  if (manifest !== null) checkRun(folder, manifest);
}

test("a round that is another one's copy is damage, and so is one that is gone", async () => {
  for (const folder of [copyOf(whole), copyOf(running)]) {
    cpSync(join(folder.rounds, "0000.json"), join(folder.rounds, "0001.json"));
    expect(() => goOn(folder)).toThrow(/0001.json .*changed/);
    rmSync(join(folder.rounds, "0001.json"));
    expect(() => goOn(folder)).toThrow(/0001.json is missing/);
  }
});

test("an edited config is distinguished from damage by the advice", async () => {
  const folder = copyOf(whole);
  writeFileSync(folder.config, "name: edited\n");
  await expect(report(folder)).rejects.toThrow(/config.resolved.yaml .*experiment command with its own file/);
});

describe("a part that is lost leaves the rest untouched", () => {
  const losses: readonly (readonly [string, (folder: RunFolder) => void])[] = [
    ["the manifest", ({ manifest }) => rmSync(manifest)],
    ["a commit file", ({ live }) => rmSync(join(live, "samples.commit"))],
    ["what a commit file held", ({ live }) => truncateSync(join(live, "samples.commit"))],
    ["a log's data", ({ live }) => rmSync(join(live, "scores.arrows"))],
    ["all blocks", ({ live }) => rmSync(live, { recursive: true })],
    ["a vector", ({ vectors }) => rmSync(join(vectors, "v0.safetensors"))],
    ["the design", ({ design }) => rmSync(design)],
    ["the forecasts", ({ forecast }) => renameSync(forecast, `${forecast}.old`)],
  ];
  test.each(losses)("%s", (_, lose) => {
    const folder = copyOf(running);
    lose(folder);
    const before = contents(folder);
    expect(() => goOn(folder)).toThrow(StoreDamaged);
    expect(contents(folder)).toEqual(before);
  });

  test("the tables, where the blocks are lost too", async () => {
    const folder = copyOf(whole);
    rmSync(folder.live, { recursive: true });
    rmSync(folder.samples);
    const before = contents(folder);
    await expect(report(folder)).rejects.toThrow(`${folder.samples} is missing`);
    expect(contents(folder)).toEqual(before);
  });
});

test("every file that decides a result is in the manifest", () => {
  const { files } = readRun(whole) ?? { files: {} };
  const recorded = [...Object.keys(files), "manifest.json", "vectors/v0.safetensors"].toSorted();
  const decides = [...contents(whole).keys()].filter((name) => !/^(live|logs|steering-window)/.test(name));
  expect(recorded).toEqual(decides.map((name) => relative(".", name)).toSorted());
});
