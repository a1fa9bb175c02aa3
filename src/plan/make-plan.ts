import type { ActivationMethod, Experiment, ModelReference } from "../config/experiment.js";
import { deepFreeze } from "../util/freeze.js";
import { UserError } from "../util/user-error.js";
import { type BlockSource, planBlocks } from "./blocks.js";
import { baselineCells, instructedCells, vectorCells } from "./cells.js";
import { layerIndex } from "./layer-index.js";
import { planMeasurements } from "./measurements.js";
import type { Cell, ModelShape, Plan, PlannedMeasurement, PlannedModel, PlannedVector } from "./plan.js";
import { type PlannedPrompts, planPrompts } from "./prompts.js";
import { planVector } from "./vectors.js";

/**
 * The plan of an experiment, a pure function of it and of the models' shapes (by name). Order: model; baseline, then
 * method, layer, question, draw, strength, prompt. Cells of one vector and blocks of one model lie together.
 * Throws a UserError if a layer is outside a model, or two layers of a method are the same block of it.
 */
export function makePlan(
  experiment: Experiment,
  shapes: ReadonlyMap<string, ModelShape>,
  generationHash: string,
): Plan {
  const prompts = planPrompts(experiment);
  const models = experiment.models.map((reference) => plannedModel(reference, shapes));
  const vectors = new Map<string, PlannedVector>();
  const cells: Cell[] = [];
  const measurements: PlannedMeasurement[] = [];
  const sources: BlockSource[] = [];
  let samples = 0;
  for (const model of models) {
    const own = cellsOf(experiment, model, prompts, vectors);
    const measured = planMeasurements(experiment, own, prompts.all);
    const total = own.reduce((sum, { n }) => sum + n, 0);
    sources.push({ kind: "generate", model: model.name, first: samples, total });
    sources.push({ kind: "logprobs", model: model.name, first: measurements.length, total: measured.length });
    samples += total;
    for (const cell of own) cells.push(cell);
    for (const measurement of measured) measurements.push(measurement);
  }
  return deepFreeze({
    schema_version: 1,
    generation_hash: generationHash,
    seed: experiment.seed,
    models,
    vectors: [...vectors.values()],
    prompts: prompts.all,
    cells,
    measurements,
    blocks: planBlocks(sources, experiment.execution.block, generationHash),
    samples,
  });
}

function plannedModel(reference: ModelReference, shapes: ReadonlyMap<string, ModelShape>): PlannedModel {
  const shape = shapes.get(reference.name);
  if (shape === undefined) throw new RangeError(`no shape was given for the model ${reference.name}`);
  const { name, ref, source, revision, parameters } = reference;
  return { name, ref, source, revision, shape: { ...shape, parameters: parameters ?? shape.parameters } };
}

/** All cells of one model; vectors that are met for the first time are added. */
function cellsOf(
  experiment: Experiment,
  model: PlannedModel,
  prompts: PlannedPrompts,
  vectors: Map<string, PlannedVector>,
): readonly Cell[] {
  const cells = [...baselineCells(experiment, model, prompts.plain)];
  for (const method of experiment.methods) {
    if (method.kind === "prompt") {
      for (const [question, instructed] of prompts.instructed) {
        for (const cell of instructedCells(experiment, model, method, question, instructed)) cells.push(cell);
      }
      continue;
    }
    for (const layer of layersOf(method, model)) {
      for (const question of experiment.questions) {
        for (let draw = 0; draw < method.draws; draw++) {
          const vector = planVector(model, method, question, layer, draw, experiment.seed);
          if (!vectors.has(vector.id)) vectors.set(vector.id, vector);
          for (const cell of vectorCells(experiment, model, method, vector, prompts.plain)) cells.push(cell);
        }
      }
    }
  }
  refuseRepeats(cells, model);
  return cells;
}

function layersOf(method: ActivationMethod, model: PlannedModel): readonly number[] {
  const { layers } = model.shape;
  if (method.layers === "auto") return [];
  const stated = method.layers;
  const indices = stated.map((layer) => layerIndex(layer, layers));
  for (const [place, index] of indices.entries()) {
    if (index >= layers) {
      throw new UserError(
        `method ${method.name}: layer ${stated[place]} lies outside ${model.name}, expected an index below ${layers}`,
      );
    }
    const earlier = indices.indexOf(index);
    if (earlier < place) {
      throw new UserError(
        `method ${method.name}: layers ${stated[earlier]} and ${stated[place]} are both block ${index} of ${model.name}, expected each block once`,
      );
    }
  }
  return indices;
}

/** Two methods may meet in one block of one model, where one names it by index and the other by depth. */
function refuseRepeats(cells: readonly Cell[], model: PlannedModel): void {
  const known = new Map<string, Cell>();
  for (const cell of cells) {
    const twin = known.get(cell.id);
    if (twin !== undefined) {
      throw new UserError(
        `methods ${twin.method} and ${cell.method} both have strength ${cell.strength} at layer ${cell.layer} of ${model.name} along the same vector, expected each condition once`,
      );
    }
    known.set(cell.id, cell);
  }
}
