import { existsSync, readFileSync, rmSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { diffExperiments } from "../config/diff-experiments.js";
import type { Experiment } from "../config/experiment.js";
import { loadResolved, resolvedYaml } from "../config/resolved-yaml.js";
import type { Plan } from "../plan/plan.js";
import { openPythonSandbox } from "../scoring/sandbox/python-sandbox.js";
import { checkRun, isConfigWhole } from "../store/folder/check-run.js";
import { claimFolder } from "../store/folder/claim-folder.js";
import { readRun } from "../store/folder/read-run.js";
import { completeSetAside } from "../store/folder/set-aside.js";
import { lockFolder } from "../store/lock/lock.js";
import { commitPathOf } from "../store/log/recover.js";
import type { Manifest } from "../store/manifest.js";
import { exitCodeOf, type QuarantinedPiece, quarantineCount } from "../store/quarantine.js";
import { clearRunFolder, createRunFolder, type RunFolder } from "../store/run-folder.js";
import { StoreDamaged } from "../store/store-damaged.js";
import { TABLES } from "../store/tables/columns.js";
import { sayOn } from "../text/say-on.js";
import { UserError } from "../util/user-error.js";
import { isAdaptive } from "./adaptive/condition-keys.js";
import { executeRun } from "./execute-run.js";
import { checkModels } from "./identity/check-models.js";
import { WeightHashes } from "./identity/weight-hashes.js";
import { ManifestBook } from "./manifest-book.js";
import { Speed } from "./progress/speed.js";
import { StageClock } from "./progress/stage-clock.js";
import { machinesFault } from "./quarantine/try-again.js";
import { expectedText, expectReuse } from "./reuse/expected-reuse.js";
import { neighbourHint } from "./reuse/neighbour-runs.js";
import { openSources } from "./reuse/reuse-source.js";
import { openScorers } from "./scoring/open-scorers.js";
import { scoreMissing } from "./scoring/score-missing.js";
import { hostFacts } from "./start/host-facts.js";
import { watchCores } from "./start/idle-cores.js";
import { defaultRunFolder, planExperiment } from "./start/plan-experiment.js";
import type { StatisticsPool } from "./statistics-pool.js";

interface ExperimentOptions {
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
  /** Absolute folders of runs that samples are taken over from. */
  readonly reuse?: readonly string[];
  /** Also serves the report afterwards; its creator closes it. */
  readonly statistics: StatisticsPool;
  /** Called when a lane of models has nothing more to start, so that processors become free. */
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

/** Runs an experiment from its config to sealed tables; resumes where an earlier start of the same command stopped. */
export async function runExperiment(options: ExperimentOptions): Promise<ExperimentOutcome> {
  const { root, cwd, env, stderr, set, fresh, workerCommand = null } = options;
  const clock = new StageClock(options.now);
  const speed = new Speed(clock);
  const coreWatch = watchCores();
  const planned = await planExperiment(options.config, { root, cwd, set });
  const { plan } = planned;
  const { experiment } = planned.loaded;
  const folder = claimFolder(options.out ?? defaultRunFolder(root, planned), { fresh });
  const shown = relative(cwd, folder.root) || ".";
  const say = sayOn(stderr);
  const lock = lockFolder(folder.root);
  /** Completes the missing scores of a finished run, where possible. */
  const completed = async (outcome: Omit<ExperimentOutcome, "folder">): Promise<ExperimentOutcome> => {
    const missing = outcome.finished
      ? await scoreMissing(
          folder.root,
          experiment,
          { sandbox: openPythonSandbox, scorers: () => openScorers(experiment, root) },
          say,
        )
      : 0;
    return { folder: folder.root, ...outcome, exitCode: missing > 0 ? 3 : outcome.exitCode };
  };
  try {
    completeSetAside(folder);
    const before = fresh ? replacedRun(folder) : readRun(folder);
    if (before !== null && before.generation_hash !== plan.generation_hash)
      throw await otherRun(shown, folder, before, experiment, cwd);
    if (before !== null && !fresh) {
      checkRun(folder, before);
      const hashes = new WeightHashes(folder.modelHashes);
      checkModels(experiment.models, before.models, { shown, env, hashes, say });
      tellChangedConfig(folder, before, say);
    }
    clearRunFolder(folder);
    if (before?.status === "finished") rmSync(folder.previous, { recursive: true, force: true });
    const again = before?.status === "finished" && !fresh ? retriable(before, folder) : [];
    if (before?.status === "finished" && !fresh && again.length === 0) {
      keepAnalysis(experiment, folder, before);
      say(`${shown} is finished; reporting it (--fresh runs it again)`);
      const lost = machinesFault(before.quarantined);
      if (lost.length > 0)
        say(`${quarantineCount(lost)} cannot be retried: ${folder.live} is not whole any more`);
      return await completed({
        finished: true,
        exitCode: exitCodeOf(before.quarantined),
        speed: null,
      });
    }
    say(
      again.length === 0
        ? `${experiment.name}: ${describePlan(plan, experiment)} -> ${shown}`
        : `${shown} is finished but for ${quarantineCount(again)} that were quarantined by the machine's fault; retrying them`,
    );
    if (before === null && existsSync(folder.previous))
      say(`The run that this one takes the place of is in ${join(shown, "previous")} until then.`);
    const going = fresh ? null : before;
    const sources = await openSources({
      ...{ named: options.reuse ?? [], into: folder.root, recorded: going?.reused, cwd, say },
    });
    const host = hostFacts(root, workerCommand);
    if (sources.length > 0)
      for (const line of expectedText(expectReuse(experiment, plan, sources, host), plan)) say(line);
    else if (before === null) {
      const search = { experiment, plan, shapes: planned.shapes, folder: folder.root, cwd, now: host };
      const hint = await neighbourHint(search);
      if (hint !== null) say(hint);
    }
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
      before: going,
      sources,
      fresh,
    };
    createRunFolder(folder);
    return await completed({ ...(await executeRun(run)), speed });
  } finally {
    lock.release();
  }
}

/** The run that `--fresh` will replace; null if it cannot be read. */
function replacedRun(folder: RunFolder): Manifest | null {
  try {
    return readRun(folder);
  } catch (cause) {
    if (cause instanceof StoreDamaged || cause instanceof UserError) return null;
    throw cause;
  }
}

/** The config in the folder is for reports; a start has its own and rewrites it. */
function tellChangedConfig(folder: RunFolder, before: Manifest, say: (text: string) => void): void {
  if (before.files[basename(folder.config)] !== undefined && !isConfigWhole(folder, before))
    say(`${folder.config} is missing or was changed since the run wrote it; it is rewritten.`);
}

/** The pieces of a finished run that can be retried, for which the logs behind its tables must exist. */
const retriable = ({ quarantined }: Manifest, { live }: RunFolder): readonly QuarantinedPiece[] =>
  TABLES.every(({ table }) => existsSync(commitPathOf(join(live, table)))) ? machinesFault(quarantined) : [];

/** Analysis and description may change without a new run: the finished run keeps those it is now reported under. */
function keepAnalysis(experiment: Experiment, folder: RunFolder, before: Manifest): void {
  const resolved = resolvedYaml(experiment);
  if (!isConfigWhole(folder, before) || readFileSync(folder.config, "utf8") !== resolved)
    new ManifestBook(folder.manifest, before).replace(folder.config, resolved);
}

async function otherRun(
  shown: string,
  folder: RunFolder,
  before: Manifest,
  experiment: Experiment,
  cwd: string,
): Promise<UserError> {
  const other = isConfigWhole(folder, before) ? await loadResolved(folder.config, cwd) : null;
  const differences = other === null ? [] : diffExperiments(other, experiment);
  const lines = differences.map(
    ({ key, before, after }) => `\n  ${key}: ${before ?? "absent"} -> ${after ?? "absent"}`,
  );
  return new UserError(
    `${shown} holds a run of another config; choose another --out (--reuse ${shown} takes over what did not change), or the config it was made with.${lines.join("")}`,
  );
}

function describePlan(plan: Plan, experiment: Experiment): string {
  const count = plan.samples.toLocaleString("en");
  const models = `${plan.models.length} ${plan.models.length === 1 ? "model" : "models"}`;
  if (isAdaptive(experiment)) return `${models}, ${count} samples to begin with, then rounds`;
  return `${models}, ${plan.vectors.length} vectors, ${plan.cells.length} cells, ${count} samples`;
}
