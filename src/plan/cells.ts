import type { ActivationMethod, Experiment, PromptMethod } from "../config/experiment.js";
import { componentIdentity, modelIdentity, SCHEMA_VERSION } from "../config/identity.js";
import { pinned } from "../config/pinned-component.js";
import { contentHash } from "../util/canonical-json.js";
import type { Cell, PlannedModel, PlannedVector } from "./plan.js";
import type { IndexedPrompt, PromptSet } from "./prompts.js";

type Condition = Pick<
  Cell,
  "method" | "role" | "vector" | "edit" | "question" | "draw" | "layer" | "strength" | "unit" | "positions"
>;

const BASELINE: Condition = Object.freeze({
  method: null,
  role: "baseline",
  vector: null,
  edit: null,
  question: null,
  draw: null,
  layer: null,
  strength: null,
  unit: null,
  positions: null,
});

/** Unsteered cells: every question and every task once, shared by all methods. */
export function baselineCells(
  experiment: Experiment,
  model: PlannedModel,
  plain: PromptSet,
): readonly Cell[] {
  return [...plain.questions.values(), ...plain.tasks].map((prompt) =>
    cell(experiment, model, BASELINE, null, prompt, experiment.baseline[prompt.prompt.kind]),
  );
}

/** Cells of one question under its own instruction, and of every task under it. */
export function instructedCells(
  experiment: Experiment,
  model: PlannedModel,
  method: PromptMethod,
  question: string,
  instructed: PromptSet,
): readonly Cell[] {
  const condition = { ...BASELINE, method: method.name, role: method.role, question };
  return [...instructed.questions.values(), ...instructed.tasks].map((prompt) =>
    cell(
      experiment,
      model,
      condition,
      { kind: "prompt", question },
      prompt,
      method.samples[prompt.prompt.kind],
    ),
  );
}

/** Cells of one vector with fixed strengths: at each, its question and every task. */
export function vectorCells(
  experiment: Experiment,
  model: PlannedModel,
  method: ActivationMethod,
  vector: PlannedVector,
  plain: PromptSet,
): readonly Cell[] {
  if (method.strengths.kind !== "grid") return [];
  const prompts = promptsOf(vector, plain);
  return method.strengths.values.flatMap((strength) =>
    prompts.map((prompt) =>
      vectorCell(experiment, model, method, vector, prompt, strength, method.samples[prompt.prompt.kind]),
    ),
  );
}

/** The question that a vector is for, and every task. */
export function promptsOf(vector: PlannedVector, plain: PromptSet): readonly IndexedPrompt[] {
  const question = plain.questions.get(vector.question);
  if (question === undefined)
    throw new RangeError(`no prompt was planned for the question ${vector.question}`);
  return [question, ...plain.tasks];
}

/** One vector at one strength on one prompt. */
export function vectorCell(
  experiment: Experiment,
  model: PlannedModel,
  method: ActivationMethod,
  vector: PlannedVector,
  prompt: IndexedPrompt,
  strength: number,
  n: number,
): Cell {
  const { unit } = method.strengths;
  const condition = {
    method: method.name,
    role: method.role,
    vector: vector.id,
    edit: pinned(method.edit),
    question: vector.question,
    draw: vector.draw,
    layer: vector.layer,
    strength,
    unit,
    positions: method.positions,
  };
  const identity = {
    kind: "activation",
    vector: vector.id,
    edit: componentIdentity(method.edit),
    layer: vector.layer,
    positions: method.positions,
    strength,
    unit,
  };
  return cell(experiment, model, condition, identity, prompt, n);
}

function cell(
  experiment: Experiment,
  model: PlannedModel,
  condition: Condition,
  identity: unknown,
  { index, hash, prompt }: IndexedPrompt,
  n: number,
): Cell {
  const decoding = experiment.decoding[prompt.kind];
  const specification = contentHash({
    schema_version: SCHEMA_VERSION,
    model: modelIdentity(model),
    condition: identity,
    prompt: hash,
    decoding,
  });
  return {
    id: specification.slice(0, 16),
    model: model.name,
    ...condition,
    prompt: index,
    decoding,
    // Greedy decoding gives the same response every time.
    n: decoding.temperature === 0 ? 1 : n,
    first: 0,
    specification,
  };
}
