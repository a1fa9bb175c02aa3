import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { diffExperiments } from "../config/diff-experiments.js";
import type { Experiment } from "../config/experiment.js";
import { analysisHash } from "../config/hashes.js";
import { loadResolved, resolvedYaml } from "../config/resolved-yaml.js";
import { UserError } from "../config/user-error.js";
import type { Plan } from "../plan/plan.js";
import { replaceFile } from "../store/durable.js";
import { lockFolder } from "../store/lock.js";
import { type Manifest, readManifest } from "../store/manifest.js";
import { clearRunFolder, createRunFolder, type RunFolder, runFolder } from "../store/run-folder.js";
import { isAdaptive } from "./adaptive/condition-keys.js";
import { carryOut } from "./carry-out.js";
import { watchCores } from "./idle-cores.js";
import { ManifestBook } from "./manifest-book.js";
import { planExperiment } from "./plan-experiment.js";
import { Speed } from "./speed.js";
import { StageClock } from "./stage-clock.js";
import type { StatisticsPool } from "./statistics-pool.js";

export interface ExperimentOptions {
  readonly root: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stderr: NodeJS.WriteStream;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Absolute path of the experiment file. */
  readonly config: string;
  readonly set: readonly string[];
  /** Absolute run folder, or null for the default. */
  readonly out: string | null;
  readonly fresh: boolean;
  /** Goes on to serve the report, and is closed by who made it. */
  readonly statistics: StatisticsPool;
  /** Called when a lane of models has nothing more to begin, and processors begin to be free. */
  readonly onLaneDone?: () => void;
  /** Started in place of the project's own worker: the planted-truth worker of the tests. */
  readonly workerCommand?: readonly string[];
}

export interface ExperimentOutcome {
  readonly folder: string;
  readonly finished: boolean;
  readonly exitCode: number;
  /** Of this start; null where the run was finished before. */
  readonly speed: Speed | null;
}

/** Runs an experiment from its config to sealed tables; goes on where an earlier start of the same command stopped. */
export async function runExperiment(options: ExperimentOptions): Promise<ExperimentOutcome> {
  const { root, cwd, env, stderr, set, fresh, workerCommand = null } = options;
  const clock = new StageClock(options.now);
  const speed = new Speed(clock);
  const coreWatch = watchCores();
  const planned = await planExperiment(options.config, { root, cwd, set });
  const { plan } = planned;
  const { experiment } = planned.loaded;
  const folder = runFolder(
    options.out ?? join(root, "results", `${experiment.name}-${plan.generation_hash}`),
  );
  const shown = relative(cwd, folder.root) || ".";
  createRunFolder(folder);
  const lock = lockFolder(folder.root);
  try {
    clearRunFolder(folder);
    const before = readManifest(folder.manifest);
    if (before !== null && before.generation_hash !== plan.generation_hash) {
      throw await otherRun(shown, folder, experiment, cwd);
    }
    if (before?.status === "finished" && !fresh) {
      keepAnalysis(experiment, folder, before);
      stderr.write(`${shown} is finished; reporting it (--fresh runs it again)\n`);
      return {
        folder: folder.root,
        finished: true,
        exitCode: before.quarantined.length > 0 ? 3 : 0,
        speed: null,
      };
    }
    stderr.write(`${experiment.name}: ${describePlan(plan, experiment)} -> ${shown}\n`);
    const run = {
      ...planned,
      root,
      env,
      stderr,
      experiment,
      folder,
      workerCommand,
      coreWatch,
      clock,
      speed,
      statistics: options.statistics,
      onLaneDone: options.onLaneDone ?? (() => {}),
      before: fresh ? null : before,
    };
    return { folder: folder.root, ...(await carryOut(run)), speed };
  } finally {
    lock.release();
  }
}

/** Analysis and description may change without a new run: the finished run keeps those it is now reported under. */
function keepAnalysis(experiment: Experiment, folder: RunFolder, before: Manifest): void {
  const resolved = resolvedYaml(experiment);
  if (!existsSync(folder.config) || readFileSync(folder.config, "utf8") !== resolved)
    replaceFile(folder.config, resolved);
  const hash = analysisHash(experiment);
  if (hash === before.analysis_hash) return;
  new ManifestBook(folder.manifest, before).update(() => ({ analysis_hash: hash }));
}

async function otherRun(
  shown: string,
  folder: RunFolder,
  experiment: Experiment,
  cwd: string,
): Promise<UserError> {
  const other = existsSync(folder.config) ? await loadResolved(folder.config, cwd) : null;
  const differences = other === null ? [] : diffExperiments(other, experiment);
  const lines = differences.map(
    ({ key, before, after }) => `\n  ${key}: ${before ?? "absent"} -> ${after ?? "absent"}`,
  );
  return new UserError(
    `${shown} holds a run of another config; choose another --out, or the config it was made with.${lines.join("")}`,
  );
}

function describePlan(plan: Plan, experiment: Experiment): string {
  const count = plan.samples.toLocaleString("en");
  const models = `${plan.models.length} ${plan.models.length === 1 ? "model" : "models"}`;
  if (isAdaptive(experiment)) return `${models}, ${count} samples to begin with, then rounds`;
  return `${models}, ${plan.vectors.length} vectors, ${plan.cells.length} cells, ${count} samples`;
}
