import { userMethodFiles } from "../config/checks/check-catalogue.js";
import { openPythonSandbox, SANDBOX_DEFAULTS } from "../scoring/sandbox/python-sandbox.js";
import { sayOn } from "../text/say-on.js";
import { closing } from "../util/closing.js";
import { firstLease } from "../worker/leases.js";
import { type Pool, PoolClosed } from "../worker/pool.js";
import { modelLoad } from "./blocks/prepare-model.js";
import { largestFirst } from "./blocks/run-blocks.js";
import { type Interrupt, listenForInterrupt } from "./interrupt.js";
import type { PreparedRun, RunOutcome } from "./prepared-run.js";
import { openRunLog, type RunLog } from "./progress/run-log.js";
import { interrupted, sampleRun } from "./sample-run.js";
import { checkMethods } from "./start/check-file.js";
import type { ChosenExecution } from "./start/choose-execution.js";
import { keepOrChooseExecution } from "./start/keep-execution.js";
import { usableScorers } from "./start/usable-scorers.js";
import { launchWorkers } from "./start/worker-launch.js";

/** Starts workers and sandbox, carries out the rest of the plan, seals the tables, and closes both. */
export async function executeRun(run: PreparedRun): Promise<RunOutcome> {
  const say = sayOn(run.stderr);
  const interrupt = listenForInterrupt((signal) =>
    say(`${signal}: finishing the blocks under way; a second signal aborts`),
  );
  const settled = await keepOrChooseExecution(run, say);
  const log = openRunLog(run.folder, say);
  log.note("start", { ...settled, samples: run.plan.samples, resumed: run.before !== null });
  const started = <T>(work: () => Promise<T>): Promise<T> => run.clock.during("start", work);
  try {
    // Before any model is loaded: a scorer that cannot be used is found at once.
    const scorers = await started(() => usableScorers(run.loaded, run.root));
    return await closing(scorers, async () => {
      const sandbox = await started(() => openPythonSandbox(SANDBOX_DEFAULTS));
      return closing(sandbox, async () => {
        const pool = await started(() => launch(run, settled, interrupt, say, log));
        return closing(pool, async () => {
          await checkMethods(run.loaded, pool);
          return sampleRun(run, settled, pool, { sandbox, scorers }, interrupt, say);
        });
      });
    });
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
  { workers, threads }: ChosenExecution,
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
    // On resume, the first model may have nothing left to do.
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
