import type { Cell, PlannedModel, SampleSpec } from "../../plan/plan.js";
import type { ModelLoad } from "../../worker/wire/requests.js";
import type { BlockOptions } from "./block-options.js";
import type { MadeSample } from "./result-rows.js";
import { type Strength, strengthIn } from "./strength-scale.js";

/** What all pieces of one model need. */
export interface ModelContext {
  readonly options: BlockOptions;
  readonly model: PlannedModel;
  readonly load: ModelLoad;
  readonly cellById: ReadonlyMap<string, Cell>;
  readonly strengthOf: (cell: Cell) => Strength | null;
  /** The sample as another run made it, where it is the same there. */
  readonly takenSample: (sample: SampleSpec) => MadeSample | null;
}

export function modelContext(options: BlockOptions, model: PlannedModel, load: ModelLoad): ModelContext {
  const { plan, book } = options;
  const strengthOf = (cell: Cell): Strength | null => {
    if (cell.vector === null || cell.layer === null) return null;
    const residNorm = book.current.models[model.name]?.resid_norms[cell.layer];
    const vector = book.current.vectors[cell.vector];
    if (residNorm === undefined || vector === undefined)
      throw new Error(`cell ${cell.id} has no fitted vector`);
    return strengthIn(cell, { vectorNorm: vector.norm, residNorm });
  };
  const takenSample = (sample: SampleSpec) =>
    options.takenOver?.find(sample, strengthOf(sample.cell)?.raw ?? null, book.current) ?? null;
  const cellById = new Map(plan.cells.map((cell) => [cell.id, cell]));
  return { options, model, load, cellById, strengthOf, takenSample };
}
