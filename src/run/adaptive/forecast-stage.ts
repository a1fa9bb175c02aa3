import type { ActivationMethod } from "../../config/experiment.js";
import { pinned } from "../../config/pinned-component.js";
import { vectorOfCondition } from "../../plan/extend-plan.js";
import type { PlannedModel } from "../../plan/plan.js";
import { forecastLevels } from "../../statistics/forecast/forecast-levels.js";
import { type ForecastRow, forecastText, readForecast } from "../../store/forecast-file.js";
import { loadVector, vectorPath } from "../../store/vector-file.js";
import type { Catalogue } from "../../worker/wire/requests.js";
import { modelLoad, prepareModel } from "../blocks/prepare-model.js";
import { forecastModel } from "../forecast/forecast-model.js";
import {
  type ForecastCondition,
  type ForecastWanted,
  forecastProgressText,
} from "../forecast/forecast-work.js";
import { readNeutralTexts } from "../forecast/neutral-texts.js";
import { activationMethods, vectorsOfConditions } from "./condition-keys.js";
import { strengthRange } from "./design-conditions.js";
import { type ConditionKey, conditionId } from "./observations.js";
import { Drained, type RoundRunner } from "./round-runner.js";

export interface ForecastStage {
  /** The content of the run's forecast file. */
  readonly rows: () => readonly ForecastRow[];
  /**
   * Ensures that there is a row for every draw of some conditions of a model: fits and saves the missing vectors and
   * forecasts them. The rows become durable together.
   */
  readonly ask: (
    model: PlannedModel,
    step: number,
    keys: readonly ConditionKey[],
    want: ForecastWanted,
  ) => Promise<void>;
}

export function forecastStage(runner: RoundRunner, root: string): ForecastStage {
  const { experiment, folder, book, pool, draining } = runner.options;
  let known = readForecast(book, folder.forecast);
  const ask: ForecastStage["ask"] = async (model, step, keys, want) => {
    const methods = activationMethods(experiment);
    const vectors = vectorsOfConditions(keys, methods);
    await runner.round("forecast", step, () => ({ vectors, cells: [] }));
    const ids = new Set(known.map(rowId));
    const missing = vectors.filter((vector) => !ids.has(rowId(vector)));
    const catalogue = await pool.catalogue();
    const neutralTexts = want.kl ? await readNeutralTexts(root) : [];
    if (missing.length > 0 && !draining()) {
      const conditions = missing.map((vector) => forecastCondition(runner, vector, methods, catalogue));
      const rows = await forecastOf(runner, model, conditions, neutralTexts, want);
      known = inOrder([...known, ...rows], runner);
      book.replace(folder.forecast, forecastText(known));
    }
    if (draining()) throw new Drained("the run was asked to stop");
  };
  return { rows: () => known, ask };
}

/** Development questions first, then up the ladder, in whatever order the models were finished. */
function inOrder(rows: readonly ForecastRow[], { plan, options }: RoundRunner): readonly ForecastRow[] {
  const development = new Set(options.experiment.development.map(({ id }) => id));
  const rung = new Map(plan.models.map(({ name }, index) => [name, index]));
  const place = ({ question, model }: ForecastRow) =>
    (development.has(question) ? 0 : plan.models.length) + (rung.get(model) ?? 0);
  return rows.toSorted((a, b) => place(a) - place(b));
}

type VectorKey = ConditionKey & { readonly draw: number };

const rowId = (row: Pick<ForecastRow, keyof VectorKey>): string => `${conditionId(row)}/${row.draw}`;

async function forecastOf(
  { plan, options }: RoundRunner,
  model: PlannedModel,
  conditions: readonly ForecastCondition[],
  neutralTexts: readonly string[],
  want: ForecastWanted,
): Promise<readonly ForecastRow[]> {
  const { experiment, pool, folder, book, prepared, rows } = options;
  const load = modelLoad(plan, model, options.execution, options.threads);
  await prepareModel({ ...options, plan }, model, load);
  prepared.add(model.name);
  const record = (id: string) => {
    const vector = book.current.vectors[id];
    if (vector === undefined) throw new Error(`vector ${id} is not in the manifest`);
    return vector;
  };
  const { analysis } = experiment;
  return forecastModel({
    pool,
    load,
    model,
    rows,
    conditions,
    questions: [...experiment.questions, ...experiment.development],
    tasks: experiment.capabilities.flatMap(({ tasks }) => tasks),
    decoding: experiment.decoding.task,
    levels: forecastLevels(analysis.capability_threshold, analysis.target_threshold),
    scaleOf: ({ vector, layer }) => ({
      vectorNorm: record(vector).norm,
      residNorm: book.current.models[model.name]?.resid_norms[layer] ?? 0,
    }),
    vectorTensors: (id) => ({
      layer: record(id).layer,
      tensors: loadVector(vectorPath(folder, id), record(id).sha256),
    }),
    neutralTexts,
    want,
    onProgress: (progress) =>
      options.progress.activity(`forecast of ${model.name}: ${forecastProgressText(progress)}`),
  });
}

function forecastCondition(
  { plan, options: { experiment } }: RoundRunner,
  key: VectorKey,
  methods: readonly ActivationMethod[],
  catalogue: Catalogue,
): ForecastCondition {
  const method = methods.find(({ name }) => name === key.method);
  if (method === undefined) throw new RangeError(`the unknown method ${key.method} is to be forecast`);
  const edit = catalogue.edits.find(({ kind }) => kind === method.edit.kind);
  const { strengths } = method;
  const { from, to } = strengthRange(method);
  return {
    method: method.name,
    role: method.role,
    question: key.question,
    draw: key.draw,
    vector: vectorOfCondition(plan, experiment, key).id,
    layer: key.layer,
    edit: pinned(method.edit),
    positions: method.positions,
    unit: strengths.unit,
    axis: edit?.axis === "linear" ? "linear" : "log",
    neutral: edit?.neutral ?? null,
    from,
    to,
  };
}
