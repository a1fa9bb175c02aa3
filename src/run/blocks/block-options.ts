import type { Execution } from "../../config/experiment.js";
import type { Plan } from "../../plan/plan.js";
import type { AppendLog } from "../../store/log/append-log.js";
import type { RunFolder } from "../../store/run-folder.js";
import type { SampleRow, ScoreRow } from "../../store/tables/columns.js";
import type { GenerateStages } from "../../worker/block-requests.js";
import type { Pool } from "../../worker/pool.js";
import type { Loaded } from "../../worker/wire/requests.js";
import type { ManifestBook } from "../manifest-book.js";
import type { Progress } from "../progress/progress.js";
import type { TakenOver } from "../reuse/taken-over.js";

export interface Logs {
  readonly samples: AppendLog;
  readonly measurements: AppendLog;
  readonly scores: AppendLog;
}

export interface BlockOptions {
  readonly plan: Plan;
  readonly env: NodeJS.ProcessEnv;
  readonly execution: Execution;
  readonly folder: RunFolder;
  readonly logs: Logs;
  readonly book: ManifestBook;
  readonly pool: Pool;
  readonly rows: number;
  readonly threads: number;
  readonly score: (samples: readonly SampleRow[]) => Promise<ScoreRow[]>;
  readonly progress: Progress;
  /** Other runs that have some of the samples; null without any. */
  readonly takenOver: TakenOver | null;
  /** Names of the models that this process has loaded and found to be the run's own; grows. */
  readonly prepared: Set<string>;
  /** True once the run should start nothing new and finish what is under way. */
  readonly draining: () => boolean;
  readonly onLoaded: (model: string, loaded: Loaded) => void;
  readonly onGenerated: (model: string, samples: number, tokens: number, stages: GenerateStages) => void;
  /** Number of rounds of a search that have been chosen so far. */
  readonly chosenRounds: () => number;
  /** All of a model's samples in the plan are committed and scored; other models may still be under way. */
  readonly onModelDone: (model: string) => Promise<void>;
}
