import type { Experiment } from "../config/experiment.js";
import type { LoadedExperiment } from "../config/load-experiment.js";
import type { ModelShape, Plan } from "../plan/plan.js";
import type { Manifest } from "../store/manifest.js";
import type { RunFolder } from "../store/run-folder.js";
import type { Speed } from "./progress/speed.js";
import type { StageClock } from "./progress/stage-clock.js";
import type { ReuseSource } from "./reuse/reuse-source.js";
import type { CoreWatch } from "./start/idle-cores.js";
import type { StatisticsPool } from "./statistics-pool.js";

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
  /** Command of another worker to start; null starts the project's own. */
  readonly workerCommand: readonly string[] | null;
  readonly coreWatch: CoreWatch;
  readonly clock: StageClock;
  readonly speed: Speed;
  readonly statistics: StatisticsPool;
  readonly onLaneDone: () => void;
  /** What an earlier start left, from which to resume; null starts from the beginning. */
  readonly before: Manifest | null;
  /** Other runs that samples may be taken over from. */
  readonly sources: readonly ReuseSource[];
  /** The folder's content is set aside for this run. */
  readonly fresh: boolean;
}

export interface RunOutcome {
  readonly finished: boolean;
  readonly exitCode: number;
}
