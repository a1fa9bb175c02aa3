import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { userMethodFiles } from "../config/check-catalogue.js";
import { diffExperiments } from "../config/diff-experiments.js";
import type { Experiment } from "../config/experiment.js";
import { analysisHash } from "../config/hashes.js";
import type { LoadedExperiment } from "../config/load-experiment.js";
import { loadResolved, resolvedYaml } from "../config/resolved-yaml.js";
import { UserError } from "../config/user-error.js";
import type { ModelShape, Plan } from "../plan/plan.js";
import { openPythonSandbox, SANDBOX_DEFAULTS } from "../scoring/sandbox/python-sandbox.js";
import { AppendLog } from "../store/append-log.js";
import { measurementColumns, sampleColumns, scoreColumns } from "../store/columns.js";
import { replaceFile } from "../store/durable.js";
import { lockFolder } from "../store/lock.js";
import { type Manifest, readManifest } from "../store/manifest.js";
import { clearRunFolder, createRunFolder, type RunFolder, runFolder } from "../store/run-folder.js";
import { checkMethods } from "./check-file.js";
import { conduct, type Logs } from "./conduct.js";
import { finishRun } from "./finish-run.js";
import { INTERRUPTED_EXIT_CODE, listenForInterrupt } from "./interrupt.js";
import { ManifestBook } from "./manifest-book.js";
import { newManifest } from "./new-manifest.js";
import { planExperiment } from "./plan-experiment.js";
import { duration, openProgress } from "./progress.js";
import { pieceScorer } from "./score-piece.js";
import { settleExecution, thisMachine } from "./settle-execution.js";
import { launchWorkers } from "./worker-launch.js";

export interface ExperimentOptions {
  readonly root: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stderr: NodeJS.WriteStream;
  /** Absolute path of the experiment file. */
  readonly config: string;
  readonly set: readonly string[];
  /** Absolute run folder, or null for the default. */
  readonly out: string | null;
  readonly fresh: boolean;
}

export interface ExperimentOutcome {
  readonly folder: string;
  readonly finished: boolean;
  readonly exitCode: number;
}

interface Prepared {
  readonly options: ExperimentOptions;
  readonly loaded: LoadedExperiment;
  readonly experiment: Experiment;
  readonly plan: Plan;
  readonly shapes: ReadonlyMap<string, ModelShape>;
  readonly folder: RunFolder;
}

/** Fencing numbers set aside for each start, so that a later start's leases are always the higher ones. */
const LEASES_PER_START = 1e9;

/** Runs an experiment from its config to sealed tables; goes on where an earlier start of the same command stopped. */
export async function runExperiment(options: ExperimentOptions): Promise<ExperimentOutcome> {
  const prepared = await prepare(options);
  const { folder, experiment } = prepared;
  const say = (text: string) => options.stderr.write(`${text}\n`);
  createRunFolder(folder);
  const lock = lockFolder(folder.root);
  try {
    const before = readManifest(folder.manifest);
    if (before !== null && before.generation_hash !== prepared.plan.generation_hash)
      await refuseOtherRun(prepared);
    if (before?.status === "finished" && !options.fresh) {
      keepAnalysis(prepared, before);
      say(`${relative(options.cwd, folder.root) || "."} is finished; reporting it (--fresh runs it again)`);
      return { folder: folder.root, finished: true, exitCode: before.quarantined.length > 0 ? 3 : 0 };
    }
    if (options.fresh) clearRunFolder(folder);
    createRunFolder(folder);
    say(`${experiment.name}: ${describePlan(prepared.plan)} -> ${relative(options.cwd, folder.root) || "."}`);
    return await start(prepared, options.fresh ? null : before);
  } finally {
    lock.release();
  }
}

/** Everything that can be wrong with the config is found here, before any model work. */
async function prepare(options: ExperimentOptions): Promise<Prepared> {
  const { root, cwd, set } = options;
  const { loaded, shapes, plan } = await planExperiment(options.config, { root, cwd, set });
  const { experiment } = loaded;
  const folder = runFolder(options.out ?? join(root, "results", `${experiment.name}-${plan.generation_hash}`));
  return { options, loaded, experiment, plan, shapes, folder };
}

async function start(prepared: Prepared, before: Manifest | null): Promise<ExperimentOutcome> {
  const { options, experiment, plan, folder, shapes } = prepared;
  const say = (text: string) => options.stderr.write(`${text}\n`);
  const interrupt = listenForInterrupt((signal) =>
    say(`${signal}: finishing the blocks under way; once more aborts`),
  );
  const settled = settleExecution(experiment.execution, [...shapes.values()], thisMachine(options.env));
  const rows = before?.execution.rows ?? settled.rows;
  const threads = before?.execution.threads ?? settled.threads;
  const logs = openLogs(folder);
  const sandbox = await openPythonSandbox(SANDBOX_DEFAULTS);
  const pool = await launchWorkers({
    root: options.root,
    run: plan.generation_hash,
    workers: settled.workers,
    logFolder: folder.logs,
    threads,
    firstLease: (before?.starts.length ?? 0) * LEASES_PER_START,
    userMethods: userMethodFiles(experiment),
    onEvent: (event) => {
      if (event.kind === "worker_lost")
        say(`worker ${event.worker}: ${event.failure.message}; its work goes on elsewhere`);
      if (event.kind === "retry") say(`${event.work}: try ${event.attempt} (${event.failure.message})`);
    },
    signal: interrupt.abort,
  }).catch(async (cause: unknown) => {
    await sandbox.close();
    throw cause;
  });
  try {
    const catalogue = await pool.catalogue();
    await checkMethods(prepared.loaded, pool);
    const manifest = newManifest({
      root: options.root,
      experiment,
      plan,
      hello: pool.hello(),
      catalogue,
      execution: { rows, threads },
      before,
      start: { at: new Date().toISOString(), workers: pool.size, committed_samples: logs.samples.rows },
      analysisHash: analysisHash(experiment),
      resolved: resolvedYaml(experiment),
    });
    replaceFile(folder.config, resolvedYaml(experiment));
    const book = new ManifestBook(folder.manifest, manifest);
    const began = performance.now();
    const progress = openProgress({
      samples: plan.samples,
      alreadyCommitted: logs.samples.rows,
      totalWeight: remainingWeight(prepared, logs),
      stream: options.stderr,
      now: () => performance.now(),
    });
    try {
      await conduct({
        plan,
        execution: experiment.execution,
        folder,
        logs,
        book,
        pool,
        rows,
        threads,
        score: pieceScorer(experiment, sandbox),
        progress,
        draining: () => interrupt.signal !== null,
      });
    } finally {
      progress.stop();
    }
    if (interrupt.signal !== null) {
      say(
        `stopped by ${interrupt.signal} with ${logs.samples.rows} of ${plan.samples} samples committed; the same command goes on`,
      );
      return {
        folder: folder.root,
        finished: false,
        exitCode: INTERRUPTED_EXIT_CODE[interrupt.signal] ?? 130,
      };
    }
    await finishRun(plan, folder, logs, book);
    say(`${plan.samples} samples in ${duration((performance.now() - began) / 1000)}`);
    return { folder: folder.root, finished: true, exitCode: book.current.quarantined.length > 0 ? 3 : 0 };
  } finally {
    interrupt.release();
    await pool.close();
    await sandbox.close();
    for (const log of Object.values(logs)) log.close();
  }
}

function openLogs(folder: RunFolder): Logs & Record<string, AppendLog> {
  return {
    samples: AppendLog.open(sampleColumns, join(folder.live, "samples")),
    measurements: AppendLog.open(measurementColumns, join(folder.live, "measurements")),
    scores: AppendLog.open(scoreColumns, join(folder.live, "scores")),
  };
}

/** Samples still to do, each weighted by its model's size: what the time left is worked out from. */
function remainingWeight({ plan, shapes }: Prepared, logs: Logs): number {
  let weight = 0;
  for (const block of plan.blocks) {
    if (block.kind !== "generate" || logs.samples.has(block.id)) continue;
    weight += block.count * (shapes.get(block.model)?.parameters ?? 0);
  }
  return weight;
}

/** Analysis settings may change without a new run: the finished run keeps the ones it is now reported under. */
function keepAnalysis({ experiment, folder }: Prepared, before: Manifest): void {
  const hash = analysisHash(experiment);
  if (hash === before.analysis_hash) return;
  const resolved = resolvedYaml(experiment);
  replaceFile(folder.config, resolved);
  new ManifestBook(folder.manifest, before).update(() => ({ analysis_hash: hash }));
}

async function refuseOtherRun({ options, folder, experiment }: Prepared): Promise<never> {
  const other = existsSync(folder.config) ? await loadResolved(folder.config, options.cwd) : null;
  const differences = other === null ? [] : diffExperiments(other, experiment);
  const lines = differences.map(
    ({ key, before, after }) => `\n  ${key}: ${before ?? "absent"} -> ${after ?? "absent"}`,
  );
  throw new UserError(
    `${relative(options.cwd, folder.root)} holds a run of another config; choose another --out, or the config it was made with.${lines.join("")}`,
  );
}

function describePlan(plan: Plan): string {
  const count = plan.samples.toLocaleString("en");
  return `${plan.models.length} models, ${plan.vectors.length} vectors, ${plan.cells.length} cells, ${count} samples`;
}
