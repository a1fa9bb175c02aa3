import { userMethodFiles } from "../../config/checks/check-catalogue.js";
import type { Experiment } from "../../config/experiment.js";
import type { PlannedModel, PlannedVector } from "../../plan/plan.js";
import { forecastLevels } from "../../statistics/forecast/forecast-levels.js";
import type { ForecastRow } from "../../store/forecast-file.js";
import { UserError } from "../../util/user-error.js";
import type { FittedVector, Pool } from "../../worker/pool.js";
import type { Loaded, ModelLoad } from "../../worker/wire/requests.js";
import { modelLoad } from "../blocks/prepare-model.js";
import { checkMethods } from "../start/check-file.js";
import { chooseExecution, thisMachine } from "../start/choose-execution.js";
import type { PlannedExperiment } from "../start/plan-experiment.js";
import { launchWorkers } from "../start/worker-launch.js";
import { type ForecastLayers, forecastConditions } from "./forecast-conditions.js";
import { forecastModel } from "./forecast-model.js";
import { type ForecastCondition, type ForecastWanted, forecastProgressText } from "./forecast-work.js";

interface ForecastOptions {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly layers: ForecastLayers;
  /** Number of draws of the controls; null means the config's. */
  readonly draws: number | null;
  readonly want: ForecastWanted;
  readonly neutralTexts: readonly string[];
  readonly logFolder: string;
  /** A line that stays. */
  say(text: string): void;
  /** The current activity. */
  show(text: string): void;
}

/**
 * Forecasts the windows of an experiment's conditions with separate workers: every model is loaded, its vectors are
 * fitted and kept in memory, and nothing is sampled.
 *
 * @throws UserError if a method has a fault, or no method has a strength.
 */
export async function forecastExperiment(
  { loaded, shapes, plan }: PlannedExperiment,
  options: ForecastOptions,
): Promise<readonly ForecastRow[]> {
  const { root, env, logFolder, say, show } = options;
  const { experiment } = loaded;
  const { workers, threads, rows } = chooseExecution(
    experiment.execution,
    [...shapes.values()],
    thisMachine(env),
  );
  show(`starting ${workers} worker(s)`);
  const pool = await launchWorkers({
    root,
    run: "forecast",
    workers,
    threads,
    logFolder,
    userMethods: userMethodFiles(experiment),
  });
  try {
    await checkMethods(loaded, pool);
    const all: ForecastRow[] = [];
    const left = new Set<string>();
    for (const model of plan.models) {
      const load = modelLoad(plan, model, experiment.execution, threads);
      const part = await forecastOne(options, experiment, pool, model, load, rows);
      for (const row of part.rows) all.push(row);
      for (const name of part.left) left.add(name);
    }
    if (all.length === 0) {
      throw new UserError(
        `${experiment.name} has no method with a strength to forecast; expected an activation method whose edit has an axis`,
      );
    }
    if (left.size > 0) say(`no strength to forecast: ${[...left].join(", ")}`);
    return all;
  } finally {
    await pool.close();
  }
}

async function forecastOne(
  options: ForecastOptions,
  experiment: Experiment,
  pool: Pool,
  model: PlannedModel,
  load: ModelLoad,
  rows: number,
): Promise<{ readonly rows: readonly ForecastRow[]; readonly left: readonly string[] }> {
  const { layers, draws, want, neutralTexts, say, show } = options;
  const started = performance.now();
  const catalogue = await pool.catalogue();
  const planned = forecastConditions(experiment, model, catalogue, layers, draws);
  show(`${model.name}: loading`);
  const facts = await pool.load(load);
  const fitted = await fitAll(pool, load, planned.vectors, (done) =>
    show(`${model.name}: ${done} of ${planned.vectors.length} vectors fitted`),
  );
  const forecast = await forecastModel({
    pool,
    load,
    model,
    rows,
    conditions: planned.conditions,
    questions: experiment.questions,
    tasks: experiment.capabilities.flatMap(({ tasks }) => tasks),
    decoding: experiment.decoding.task,
    levels: forecastLevels(experiment.analysis.capability_threshold, experiment.analysis.target_threshold),
    scaleOf: (condition) => scaleOf(condition, facts, fitted),
    vectorTensors: (id) => {
      const { layer, tensors } = fittedAt(fitted, id);
      return { layer, tensors };
    },
    neutralTexts,
    want,
    onProgress: (progress) => show(`${model.name}: ${forecastProgressText(progress)}`),
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  say(`${model.name}: ${planned.conditions.length} conditions in ${seconds} s`);
  return { rows: forecast, left: planned.left };
}

type Fitted = FittedVector & { readonly layer: number };

async function fitAll(
  pool: Pool,
  load: ModelLoad,
  vectors: readonly PlannedVector[],
  onFitted: (done: number) => void,
): Promise<ReadonlyMap<string, Fitted>> {
  const fitted = new Map<string, Fitted>();
  await Promise.all(
    vectors.map(async ({ id, layer, direction, contrast, seed }) => {
      const request = { vector: id, layer, direction, contrast, prompts: load.norm_prompts, seed };
      fitted.set(id, { ...(await pool.fit(load, request)), layer });
      onFitted(fitted.size);
    }),
  );
  return fitted;
}

function scaleOf(condition: ForecastCondition, facts: Loaded, fitted: ReadonlyMap<string, Fitted>) {
  const residNorm = facts.resid_norms[condition.layer];
  if (residNorm === undefined) throw new Error(`no residual norm was measured at layer ${condition.layer}`);
  return { vectorNorm: fittedAt(fitted, condition.vector).norm, residNorm };
}

function fittedAt(fitted: ReadonlyMap<string, Fitted>, id: string): Fitted {
  const vector = fitted.get(id);
  if (vector === undefined) throw new Error(`vector ${id} was not fitted`);
  return vector;
}
