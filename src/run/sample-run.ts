import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { analysisHash } from "../config/hashes.js";
import { resolvedYaml } from "../config/resolved-yaml.js";
import type { PythonSandbox } from "../scoring/sandbox/python-sandbox.js";
import type { ScorerSet } from "../scoring/scorer-set.js";
import { setRunAside } from "../store/folder/set-aside.js";
import { AppendLog } from "../store/log/append-log.js";
import { exitCodeOf } from "../store/quarantine.js";
import { countRounds } from "../store/round-file.js";
import { createRunFolder, type RunFolder } from "../store/run-folder.js";
import { scorersText, storedScorer } from "../store/scorers-file.js";
import { measurementColumns, sampleColumns, scoreColumns } from "../store/tables/columns.js";
import type { Pool } from "../worker/pool.js";
import type { Loaded } from "../worker/wire/requests.js";
import { adaptiveRun } from "./adaptive/adaptive-run.js";
import { isAdaptive } from "./adaptive/condition-keys.js";
import { DrawnWindows } from "./adaptive/drawn-windows.js";
import { forecastStage } from "./adaptive/forecast-stage.js";
import { Drained, RoundRunner } from "./adaptive/round-runner.js";
import type { Logs } from "./blocks/block-options.js";
import { finishRun } from "./finish-run.js";
import { INTERRUPTED_EXIT_CODE, type Interrupt } from "./interrupt.js";
import { ManifestBook } from "./manifest-book.js";
import type { PreparedRun, RunOutcome } from "./prepared-run.js";
import { duration, openProgress, sampleWeight } from "./progress/progress.js";
import { samplesPerSecond } from "./progress/samples-per-second.js";
import { keepRecords } from "./quarantine/quarantine-piece.js";
import { chosenWithout } from "./quarantine/try-again.js";
import { reusedRuns } from "./reuse/reused-runs.js";
import { samplerFacts } from "./reuse/sampler.js";
import { TakenOver } from "./reuse/taken-over.js";
import { pieceScorer } from "./scoring/score-piece.js";
import { type ChosenExecution, thisMachine } from "./start/choose-execution.js";
import { newManifest } from "./start/new-manifest.js";
import { costOn } from "./start/plan-experiment.js";

/** Carries out the rest of the plan with given workers, sandbox and scorers, and seals the tables. */
export async function sampleRun(
  run: PreparedRun,
  { rows, threads }: ChosenExecution,
  pool: Pool,
  { sandbox, scorers }: { readonly sandbox: PythonSandbox; readonly scorers: ScorerSet },
  interrupt: Interrupt,
  say: (text: string) => void,
): Promise<RunOutcome> {
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
      workerCommand: run.workerCommand,
      reused: reusedRuns(run.sources, before, folder.root),
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
    if (scorers.user.length > 0) book.replace(folder.scorers, scorersText(scorers.user.map(storedScorer)));
    keepRecords(folder, manifest.quarantined);
    const began = performance.now();
    const progress = openProgress({
      samples: plan.samples,
      alreadyCommitted: logs.samples.rows,
      totalWeight: remainingWeight(run, logs),
      stream: run.stderr,
      now: () => performance.now(),
    });
    const judge: PythonSandbox["judge"] = (task, programs) =>
      run.clock.during("sandbox", () => sandbox.judge(task, programs));
    const score = pieceScorer(experiment, { judge }, scorers);
    const draining = () => interrupt.signal !== null;
    const { execution } = experiment;
    const prepared = new Set<string>();
    const { sources } = run;
    const options = {
      env: run.env,
      execution,
      folder,
      logs,
      book,
      pool,
      rows,
      threads,
      score,
      progress,
      takenOver:
        sources.length === 0
          ? null
          : new TakenOver(
              sources,
              { sampler: samplerFacts(manifest), execution: { rows, threads } },
              progress.message,
            ),
      prepared,
      draining,
      onLoaded: (model: string, loaded: Loaded) => {
        if (book.current.models[model] === undefined || loaded.fallback) say(engineLine(model, loaded));
        run.speed.loaded(model, loaded);
      },
      onGenerated: run.speed.generated.bind(run.speed),
    };
    const closed = before?.status === "finished";
    const runner = new RoundRunner({ ...options, experiment, scorers: scorers.all, closed }, plan);
    try {
      await (isAdaptive(experiment) ? findWindows(run, runner) : runner.runPlanned());
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
    // The workers are told to stop before the tables are sealed, so that they end in the meantime.
    await setImmediate();
    await finishRun(runner.plan, folder, logs, book);
    await closing;
    const { quarantined } = book.current;
    const committed = quarantined.length === 0 ? "" : `${logs.samples.rows} of `;
    for (const { run: name, samples } of book.current.reused ?? [])
      say(`${samples.toLocaleString("en")} samples were taken over from ${name}`);
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
    // The report asks again, and reports the failure.
    estimate: (job) => void run.statistics.estimate(job).catch(() => {}),
    onLaneDone: run.onLaneDone,
    say: runner.options.progress.message,
  });
}

const engineLine = (model: string, { engine, engine_reason, fallback }: Loaded): string =>
  `${fallback ? "WARNING: " : ""}${model} runs on ${engine}: ${engine_reason}`;

/** What a run that was asked to stop leaves its command. */
export const interrupted = (signal: NodeJS.Signals): RunOutcome => ({
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

/** Samples still to do, each weighted by its model's size; the time left is estimated from them. */
function remainingWeight({ plan, shapes }: PreparedRun, logs: Logs): number {
  let weight = 0;
  for (const block of plan.blocks) {
    if (block.kind !== "generate" || logs.samples.has(block.id)) continue;
    weight += block.count * sampleWeight(shapes.get(block.model)?.parameters ?? 0);
  }
  return weight;
}
