import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { z } from "zod";
import { type ExperimentOutcome, runExperiment } from "../../src/run/run-experiment.js";
import { pythonOf } from "../../src/run/start/worker-launch.js";
import { StatisticsPool } from "../../src/run/statistics-pool.js";

export const root = join(import.meta.dirname, "..", "..");

/** Milliseconds that a run of some seconds may take on a machine that does much else. */
export const LONG = 600_000;

/** The worker of planted truths, which only this command starts. */
export const PLANTED_WORKER = [pythonOf(root), "-m", "planted_truth"];

/** For all runs of a test file, whose process they end with: the code of a process that has worked is compiled. */
const statistics = new StatisticsPool();

const truthSchema = z.array(
  z.object({
    model: z.string(),
    parameters: z.number(),
    question: z.string(),
    layer: z.number(),
    onset: z.number().nullable(),
    collapse: z.number().nullable(),
    width: z.number().nullable(),
    control_collapse: z.number().nullable(),
    specificity: z.number().nullable(),
    predicted_onset: z.number().nullable(),
    best_rate: z.number(),
    safety: z.number().nullable(),
    frontier: z.array(z.object({ loss: z.number(), rate: z.number() })),
  }),
);
export type PlantedRow = z.infer<typeof truthSchema>[number];

export interface Planted {
  readonly folder: string;
  readonly truth: readonly PlantedRow[];
}

/** Writes the model folders of `tests/fixtures/planted/<name>` and its experiment into a new folder. */
export function plant(name: string): Planted {
  const fixture = join(root, "tests", "fixtures", "planted", name);
  const folder = mkdtempSync(join(tmpdir(), "planted-"));
  const make = ["-m", "planted_truth.make", join(fixture, "ladder.yaml"), "--out", folder];
  execFileSync(pythonOf(root), make, { cwd: join(root, "python-worker") });
  cpSync(join(fixture, "experiment.yaml"), join(folder, "experiment.yaml"));
  const truth = truthSchema.parse(JSON.parse(readFileSync(join(folder, "truth.json"), "utf8")));
  return { folder, truth };
}

export interface PlantedSurroundings {
  readonly stderr?: NodeJS.WritableStream;
  readonly workerCommand?: readonly string[];
  /** Run folders that samples are taken over from. */
  readonly reuse?: readonly string[];
}

/** Runs the experiment of a planted folder, or goes on with it, through the program itself. */
export function plantedRun(
  folder: string,
  out: string,
  set: readonly string[] = [],
  surroundings: PlantedSurroundings = {},
): Promise<ExperimentOutcome> {
  const { stderr = new PassThrough().resume(), workerCommand = PLANTED_WORKER, reuse = [] } = surroundings;
  return runExperiment({
    statistics,
    ...{ root, cwd: folder, env: process.env, set, out, fresh: false, workerCommand, reuse },
    stderr: stderr as NodeJS.WriteStream,
    now: () => performance.now(),
    config: join(folder, "experiment.yaml"),
  });
}

/** The planted row of a model, question and layer. */
export function truthOf(planted: Planted, model: string, question: string, layer: number): PlantedRow {
  const row = planted.truth.find(
    (candidate) => candidate.model === model && candidate.question === question && candidate.layer === layer,
  );
  if (row === undefined) throw new Error(`nothing is planted for ${question} at layer ${layer} of ${model}`);
  return row;
}
