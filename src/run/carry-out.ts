import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { userMethodFiles } from "../config/check-catalogue.js";
import type { Experiment } from "../config/experiment.js";
import { analysisHash } from "../config/hashes.js";
import type { LoadedExperiment } from "../config/load-experiment.js";
import { resolvedYaml } from "../config/resolved-yaml.js";
import type { ModelShape, Plan } from "../plan/plan.js";
import {
  openPythonSandbox,
  type PythonSandbox,
  SANDBOX_DEFAULTS,
} from "../scoring/sandbox/python-sandbox.js";
import { AppendLog } from "../store/append-log.js";
import { measurementColumns, sampleColumns, scoreColumns } from "../store/columns.js";
import { setRunAside } from "../store/folder/set-aside.js";
import type { Manifest } from "../store/manifest.js";
import { exitCodeOf } from "../store/quarantine.js";
import { countRounds } from "../store/round-file.js";
import { createRunFolder, type RunFolder } from "../store/run-folder.js";
import { sayOn } from "../text/say-on.js";
import { firstLease } from "../worker/leases.js";
import { type Pool, PoolClosed } from "../worker/pool.js";
import type { Loaded } from "../worker/requests.js";
import { adaptiveRun } from "./adaptive/adaptive-run.js";
import { isAdaptive } from "./adaptive/condition-keys.js";
import { DrawnWindows } from "./adaptive/drawn-windows.js";
import { forecastStage } from "./adaptive/forecast-stage.js";
import { Drained, RoundRunner } from "./adaptive/round-runner.js";
import { checkMethods } from "./check-file.js";
import { type Logs, largestFirst } from "./conduct.js";
import { finishRun } from "./finish-run.js";
import type { CoreWatch } from "./idle-cores.js";
import { INTERRUPTED_EXIT_CODE, type Interrupt, listenForInterrupt } from "./interrupt.js";
import { ManifestBook } from "./manifest-book.js";
import { newManifest } from "./new-manifest.js";
import { costOn } from "./plan-experiment.js";
import { modelLoad } from "./prepare-model.js";
import { duration, openProgress, sampleWeight } from "./progress.js";
import { keepRecords } from "./quarantine/quarantine-piece.js";
import { chosenWithout } from "./quarantine/try-again.js";
import { openRunLog, type RunLog } from "./run-log.js";
import { samplesPerSecond } from "./samples-per-second.js";
import { pieceScorer } from "./scoring/score-piece.js";
import { type SettledExecution, thisMachine } from "./settle-execution.js";
import { settleStart } from "./settle-start.js";
import type { Speed } from "./speed.js";
import type { StageClock } from "./stage-clock.js";
import type { StatisticsPool } from "./statistics-pool.js";
import { launchWorkers } from "./worker-launch.js";

/** A run whose config is sound and whose folder is locked. */
export interface PreparedRun {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stderr: NodeJS.WriteStream;
  readonly loaded: LoadedExperiment;
  readonly experiment: Experiment;
  readonly plan: Plan;
  readonly shapes: ReadonlyMap<string, ModelShape>;
  readonly folder: RunFolder;
  /** Started in place of the project's own worker; null starts that. */
  readonly workerCommand: readonly string[] | null;
  readonly coreWatch: CoreWatch;
  readonly clock: StageClock;
  readonly speed: Speed;
  readonly statistics: StatisticsPool;
  readonly onLaneDone: () => void;
  /** What an earlier start left, to go on from; null begins anew. */
  readonly before: Manifest | null;
  /** What the folder holds is set aside for this run. */
  readonly fresh: boolean;
}

export interface CarriedOut {
  readonly finished: boolean;
  readonly exitCode: number;
}

/** Starts workers and sandbox, does what is left of the plan, and seals the tables; both are gone when it returns. */
export async function carryOut(run: PreparedRun): Promise<CarriedOut> {
  const say = sayOn(run.stderr);
  const interrupt = listenForInterrupt((signal) =>
    say(`${signal}: finishing the blocks under way; once more aborts`),
  );
  const settled = await settleStart(run, say);
  const log = openRunLog(run.folder, say);
  log.note("start", { ...settled, samples: run.plan.samples, resumed: run.before !== null });
  try {
    const sandbox = await run.clock.during("start", () => openPythonSandbox(SANDBOX_DEFAULTS));
    try {
      const pool = await run.clock.during("start", () => launch(run, settled, interrupt, say, log));
      try {
        await checkMethods(run.loaded, pool);
        return await carryOutWith(run, settled, pool, sandbox, interrupt, say);
      } finally {
        await pool.close();
      }
    } finally {
      await sandbox.close();
    }
  } catch (cause) {
    if (interrupt.signal === null || !(cause instanceof PoolClosed)) throw cause;
    say(`aborted by ${interrupt.signal}; the same command goes on from what was committed`);
    return interrupted(interrupt.signal);
  } finally {
    log.note("end", { signal: interrupt.signal, seconds: run.clock.seconds() });
    log.close();
    interrupt.release();
  }
}

function launch(
  { root, experiment, plan, folder, before, workerCommand, clock, speed }: PreparedRun,
  { workers, threads }: SettledExecution,
  interrupt: Interrupt,
  say: (text: string) => void,
  log: RunLog,
): Promise<Pool> {
  const [first] = largestFirst(plan.models);
  return launchWorkers({
    root,
    run: plan.generation_hash,
    workers,
    threads,
    logFolder: folder.logs,
    firstLease: firstLease(before?.starts.length ?? 0),
    userMethods: userMethodFiles(experiment),
    signal: interrupt.abort,
    ...(workerCommand === null ? {} : { command: workerCommand }),
    // At a resume the first model may have nothing left to do.
    ...(before === null && first !== undefined
      ? { preload: modelLoad(plan, first, experiment.execution, threads) }
      : {}),
    onEvent: (event) => {
      log.pool(event);
      if (event.kind === "answered") speed.answered(event.request, event.seconds);
      if (event.kind === "busy") clock[event.busy ? "enter" : "leave"]("generation");
      if (event.kind === "worker_lost") say(`${event.failure.message} Its work goes on in another worker.`);
      if (event.kind === "retry") say(`${event.work} is tried again (try ${event.attempt}).`);
    },
  });
}

async function carryOutWith(
  run: PreparedRun,
  { rows, threads }: SettledExecution,
  pool: Pool,
  sandbox: PythonSandbox,
  interrupt: Interrupt,
  say: (text: string) => void,
): Promise<CarriedOut> {
  const { root, experiment, plan, folder, before } = run;
  if (run.fresh) setRunAside(folder);
  createRunFolder(folder);
  const logs = openLogs(folder);
  try {
    const start = { at: new Date().toISOString(), workers: pool.size, committed_samples: logs.samples.rows };
    const manifest = newManifest({
      root,
      experiment,
      plan,
      hello: pool.hello(),
      catalogue: await pool.catalogue(),
      execution: { rows, threads },
      before,
      chosenWithout:
        before === null || !isAdaptive(experiment)
          ? []
          : chosenWithout(before, countRounds(folder.rounds), logs),
      start,
      analysisHash: analysisHash(experiment),
    });
    const book = new ManifestBook(folder.manifest, manifest);
    book.replace(folder.config, resolvedYaml(experiment));
    keepRecords(folder, manifest.quarantined);
    const began = performance.now();
    const progress = openProgress({
      samples: plan.samples,
      alreadyCommitted: logs.samples.rows,
      totalWeight: remainingWeight(run, logs),
      stream: run.stderr,
      now: () => performance.now(),
    });
    const score = pieceScorer(experiment, {
      judge: (task, programs) => run.clock.during("sandbox", () => sandbox.judge(task, programs)),
    });
    const draining = () => interrupt.signal !== null;
    const { execution } = experiment;
    const prepared = new Set<string>();
    const options = {
      execution,
      folder,
      logs,
      book,
      pool,
      rows,
      threads,
      score,
      progress,
      prepared,
      draining,
      onLoaded: (model: string, loaded: Loaded) => {
        if (book.current.models[model] === undefined || loaded.fallback) say(engineLine(model, loaded));
        run.speed.loaded(model, loaded);
      },
      onGenerated: run.speed.generated.bind(run.speed),
    };
    const closed = before?.status === "finished";
    const runner = new RoundRunner({ ...options, experiment, closed }, plan);
    try {
      await (isAdaptive(experiment) ? findWindows(run, runner) : runner.carryOut());
    } catch (cause) {
      if (!(cause instanceof Drained)) throw cause;
    } finally {
      progress.stop();
    }
    if (interrupt.signal !== null) {
      const committed = `${logs.samples.rows} of ${runner.plan.samples} samples`;
      say(`stopped by ${interrupt.signal} with ${committed} committed; the same command goes on`);
      return interrupted(interrupt.signal);
    }
    const closing = pool.close();
    // The workers are told before the tables are sealed, so that they end meanwhile.
    await setImmediate();
    await finishRun(runner.plan, folder, logs, book);
    await closing;
    const { quarantined } = book.current;
    const committed = quarantined.length === 0 ? "" : `${logs.samples.rows} of `;
    say(`${committed}${runner.plan.samples} samples in ${duration((performance.now() - began) / 1000)}`);
    return { finished: true, exitCode: exitCodeOf(quarantined) };
  } finally {
    for (const log of Object.values(logs)) log.close();
  }
}

async function findWindows(run: PreparedRun, runner: RoundRunner): Promise<void> {
  const { frontier_losses } = run.experiment.analysis;
  await adaptiveRun({
    runner,
    axes: runner.options.book.current.axes,
    samplesPerSecond: () => {
      const { cost, basis } = costOn(run, thisMachine(run.env));
      return samplesPerSecond(cost, basis);
    },
    forecast: forecastStage(runner, run.root),
    windows: new DrawnWindows(run.statistics, frontier_losses),
    // The report asks again, and says what failed.
    estimate: (job) => void run.statistics.estimate(job).catch(() => {}),
    onLaneDone: run.onLaneDone,
    say: runner.options.progress.message,
  });
}

const engineLine = (model: string, { engine, engine_reason, fallback }: Loaded): string =>
  `${fallback ? "WARNING: " : ""}${model} runs on ${engine}: ${engine_reason}`;

const interrupted = (signal: NodeJS.Signals): CarriedOut => ({
  finished: false,
  exitCode: INTERRUPTED_EXIT_CODE[signal] ?? 130,
});

function openLogs(folder: RunFolder): Logs & Record<string, AppendLog> {
  return {
    samples: AppendLog.open(sampleColumns, join(folder.live, "samples")),
    measurements: AppendLog.open(measurementColumns, join(folder.live, "measurements")),
    scores: AppendLog.open(scoreColumns, join(folder.live, "scores")),
  };
}

/** Samples still to do, each weighted by its model's size: what the time left is worked out from. */
function remainingWeight({ plan, shapes }: PreparedRun, logs: Logs): number {
  let weight = 0;
  for (const block of plan.blocks) {
    if (block.kind !== "generate" || logs.samples.has(block.id)) continue;
    weight += block.count * sampleWeight(shapes.get(block.model)?.parameters ?? 0);
  }
  return weight;
}
