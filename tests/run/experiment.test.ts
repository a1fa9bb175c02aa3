import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openRun } from "../../src/store/folder/read-run.js";
import { readManifest, writeManifest } from "../../src/store/manifest.js";
import {
  blocksIn,
  committedBlocks,
  newFolder,
  resultsOf,
  root,
  run,
  runWithin,
  start,
  tinyConfig,
} from "./command.js";

const LONG = 240_000;
/** How long something is waited for that comes in a moment on an idle machine. */
const PATIENCE = { timeout: LONG, interval: 100 };
const undisturbed = join(newFolder(), "run");

/** Processes of this user that have the text in their command line. */
function processesOf(text: string): number[] {
  const lines = execFileSync("ps", ["-eo", "pid,ppid,args"], { encoding: "utf8" }).split("\n");
  return lines.filter((line) => line.includes(text)).map((line) => Number(line.trim().split(/\s+/)[0]));
}

function childrenOf(pid: number): number[] {
  const lines = execFileSync("ps", ["-eo", "pid,ppid"], { encoding: "utf8" }).split("\n").slice(1);
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.filter(([, parent]) => parent === pid).map(([child]) => child ?? 0);
}

/** Makes a run one that was started so often. */
function startedBefore(folder: string, times: number): void {
  const path = join(folder, "manifest.json");
  const manifest = readManifest(path);
  const start = manifest?.starts[0];
  if (!manifest || !start) throw new Error(`${folder} holds no started run`);
  writeManifest(path, { ...manifest, starts: Array(times).fill(start) });
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

const filesUnder = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: "utf8" });

beforeAll(async () => {
  const { code, stderr } = await run(["experiment", tinyConfig, "--out", undisturbed]);
  expect(code, stderr).toBe(0);
}, LONG);

describe("an experiment", () => {
  test("ends in tables, figures and transcripts, and leaves no process behind", () => {
    const files = readdirSync(join(undisturbed, "report"));
    for (const file of ["windows.md", "windows.csv", "transcripts.md", "report.md"])
      expect(files).toContain(file);
    for (const figure of [
      "steering_sweep.svg",
      "steering_sweep.png",
      "steering_multi.svg",
      "steering_multi.png",
    ]) {
      expect(files).toContain(figure);
    }
    expect(existsSync(join(undisturbed, "lock"))).toBe(false);
    expect(processesOf(undisturbed)).toEqual([]);
  });

  test("has every planned sample once, in plan order, scored by every scorer of its prompt", () => {
    const { samples, scores } = resultsOf(undisturbed);
    expect(samples.map((sample) => sample.plan_index)).toEqual(samples.map((_, index) => index));
    expect(new Set(samples.map((sample) => sample.sample_id)).size).toBe(samples.length);
    const scorers = new Map<string, string[]>();
    for (const { sample_id, scorer } of scores)
      scorers.set(sample_id, [...(scorers.get(sample_id) ?? []), scorer]);
    for (const sample of samples) {
      const expected =
        sample.prompt_kind === "task" ? ["python"] : ["contains", "response_class", "right", "strict"];
      expect(scorers.get(sample.sample_id)?.sort(), sample.sample_id).toEqual(expected);
    }
  });

  test("that is finished is reported at once, without a worker", async () => {
    const { code, stderr } = await run(["experiment", tinyConfig, "--out", undisturbed]);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("is finished; reporting it");
  });

  test("reports new analysis settings without a new run", async () => {
    const copy = join(newFolder(), "run");
    cpSync(undisturbed, copy, { recursive: true });
    const set = ["--set", "analysis.capability_threshold=0.5"];
    const { code, stderr } = await run(["experiment", tinyConfig, "--out", copy, ...set]);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("is finished; reporting it");
    expect(resultsOf(copy).windows).not.toEqual(resultsOf(undisturbed).windows);
  });

  test("of another config is refused on the same folder, with what differs", async () => {
    const { code, stderr } = await run(["experiment", tinyConfig, "--out", undisturbed, "--set", "seed=7"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/holds a run of another config.*\n\s+seed: 0 -> 7/);
  });

  test(
    "rescored gives the same scores",
    async () => {
      const copy = join(newFolder(), "run");
      cpSync(undisturbed, copy, { recursive: true });
      const { code, stderr } = await run(["rescore", copy]);
      expect(code, stderr).toBe(0);
      expect(stderr).toContain("0 of them changed or new");
      expect(resultsOf(copy)).toEqual(resultsOf(undisturbed));
    },
    LONG,
  );
});

describe("what ends a run in the middle", () => {
  const folder = join(newFolder(), "run");
  const command = ["experiment", tinyConfig, "--out", folder];

  test(
    "no room for its files is said, with what is free and what to do",
    async () => {
      const short = await runWithin(100, command);
      expect(short.code, short.stderr).toBe(2);
      expect(short.stderr.trimEnd().split("\n").at(-1)).toMatch(
        /samples\.arrows could not be written: the file would be larger than is allowed \(ulimit -f\), .* are free; make room and run the same command/,
      );
      expect(filesUnder(folder).filter((file) => file.endsWith(".tmp"))).toEqual([]);
      // As one that was killed while it wrote leaves behind.
      writeFileSync(join(folder, `manifest.json.${2 ** 30}.tmp`), "{");
    },
    LONG,
  );

  test(
    "SIGINT finishes the blocks under way and exits with 130",
    async () => {
      const { child, finished } = start(command);
      await committedBlocks(folder, blocksIn(folder) + 1);
      child.kill("SIGINT");
      const { code, stderr } = await finished;
      expect(code, stderr).toBe(130);
      expect(stderr).toContain("the same command goes on");
    },
    LONG,
  );

  test(
    "kill -9 of the orchestrator, at its 301st start, takes its worker along",
    async () => {
      startedBefore(folder, 300);
      const { child, finished } = start(command);
      await committedBlocks(folder, blocksIn(folder) + 1);
      const pid = child.pid ?? 0;
      const workers = childrenOf(pid);
      expect(workers.length).toBeGreaterThan(0);
      process.kill(pid, "SIGKILL");
      await finished;
      await expect.poll(() => workers.filter(isAlive), PATIENCE).toEqual([]);
    },
    LONG,
  );

  test(
    "kill -9 of the worker is said, and another goes on; in the end it is as if nothing had happened",
    async () => {
      const { child, finished } = start(command);
      await committedBlocks(folder, blocksIn(folder) + 1);
      const worker = processesOf("-m steering_worker").find((pid) =>
        childrenOf(child.pid ?? 0).includes(pid),
      );
      expect(worker).toBeDefined();
      process.kill(worker ?? 0, "SIGKILL");
      const { code, stderr } = await finished;
      expect(code, stderr).toBe(0);
      expect(stderr).toContain("SIGKILL");
      expect(resultsOf(folder)).toEqual(resultsOf(undisturbed));
      expect(filesUnder(folder).filter((file) => file.endsWith(".tmp"))).toEqual([]);
    },
    LONG,
  );
});

describe("what cannot work is reported in one sentence, with exit code 2, and nothing is lost", () => {
  test(
    "a model folder that is broken",
    async () => {
      const folder = newFolder();
      const broken = join(folder, "broken");
      cpSync(join(root, "models", "nano", "nano-0.2m"), broken, { recursive: true });
      const weights = readFileSync(join(broken, "model.safetensors"));
      writeFileSync(join(broken, "model.safetensors"), weights.subarray(0, weights.length / 2));
      const out = join(folder, "run");
      const { code, stderr } = await run([
        "experiment",
        tinyConfig,
        "--out",
        out,
        "--set",
        `models=[${broken}]`,
      ]);
      expect(code, stderr).toBe(2);
      expect(stderr).toMatch(/truncated|shorter|cut/i);
      expect(stderr).not.toContain("    at ");
    },
    LONG,
  );

  test("a damaged store ends with 4", async () => {
    const copy = join(newFolder(), "run");
    cpSync(undisturbed, copy, { recursive: true });
    const log = join(copy, "live", "samples.arrows");
    const bytes = readFileSync(log);
    bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1;
    writeFileSync(log, bytes);
    const { folder, manifest } = openRun(copy);
    writeManifest(folder.manifest, { ...manifest, status: "running" });
    const { code, stderr } = await run(["experiment", tinyConfig, "--out", copy]);
    expect(code, stderr).toBe(4);
    expect(stderr).toContain("samples.arrows: bytes");
  });

  test("a folder with files of the user's own stays as it is", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "samples.arrow"), "mine");
    const { code, stderr } = await run(["experiment", tinyConfig, "--out", folder]);
    expect(code).toBe(2);
    expect(stderr).toContain("is not empty and holds no run of this program (it has samples.arrow)");
    expect(readdirSync(folder)).toEqual(["samples.arrow"]);
    expect((await run(["experiment", tinyConfig, "--out", ""])).stderr).toContain("--out: too short");
  });

  test("a finished run is not another model's of the same name", async () => {
    const other = join(newFolder(), "nano-0.2m");
    cpSync(join(root, "models", "nano", "nano-0.2m"), other, { recursive: true });
    const copy = join(newFolder(), "run");
    cpSync(undisturbed, copy, { recursive: true });
    const args = ["experiment", tinyConfig, "--out", copy, "--set", `models=[${other}]`];
    expect((await run(args)).code).toBe(0);
    const weights = readFileSync(join(other, "model.safetensors"));
    weights[weights.length - 1] = (weights[weights.length - 1] ?? 0) ^ 1;
    writeFileSync(join(other, "model.safetensors"), weights);
    const { code, stderr } = await run(args);
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(/was made with model nano-0.2m of other content \(weights\) than .* has now/);
  });

  test("an edited config.resolved.yaml is refused by a report, and rewritten by the experiment", async () => {
    const copy = join(newFolder(), "run");
    cpSync(undisturbed, copy, { recursive: true });
    const config = join(copy, "config.resolved.yaml");
    const text = readFileSync(config, "utf8");
    writeFileSync(config, text.replace(/target_threshold: .*/, "target_threshold: 0.3"));
    const refused = await run(["report", copy]);
    expect(refused.code, refused.stderr).toBe(4);
    expect(refused.stderr).toContain("give the experiment command with its own file again");
    const again = await run(["experiment", tinyConfig, "--out", copy]);
    expect(again.code, again.stderr).toBe(0);
    expect(again.stderr).toContain("is missing or was changed since the run wrote it; it is rewritten");
    expect(readFileSync(config, "utf8")).toBe(text);
  });
});
