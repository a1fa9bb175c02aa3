import type { ActivationMethod, Experiment, Question } from "../config/experiment.js";
import { deepFreeze } from "../util/freeze.js";
import { type BlockSource, planBlocks } from "./blocks.js";
import { promptsOf, vectorCell } from "./cells.js";
import { planMeasurements } from "./measurements.js";
import type { Cell, Plan, PlannedModel, PlannedVector } from "./plan.js";
import { planPrompts } from "./prompts.js";
import type { Round, RoundCell } from "./round.js";
import { planVector } from "./vectors.js";

/**
 * A plan with one more round: its new vectors, its cells by model, and the blocks that they fill. Cells whose condition
 * was sampled before continue at the next index; log-probabilities are measured once for each condition.
 */
export function extendPlan(plan: Plan, experiment: Experiment, round: Round): Plan {
  const { plain } = planPrompts(experiment);
  const vectors = new Map(plan.vectors.map((vector) => [vector.id, vector]));
  const planned = samplesBySpecification(plan.cells);
  const vectorOf = (condition: Round["vectors"][number]): PlannedVector => {
    const vector = vectorOfCondition(plan, experiment, condition);
    if (!vectors.has(vector.id)) vectors.set(vector.id, vector);
    return vectors.get(vector.id) ?? vector;
  };
  for (const condition of round.vectors) vectorOf(condition);
  const cells: Cell[] = [];
  const measurements = [...plan.measurements];
  const sources: BlockSource[] = [];
  let { samples } = plan;
  for (const model of plan.models) {
    const own = round.cells
      .filter((wanted) => wanted.model === model.name)
      .flatMap((wanted) => {
        const vector = vectorOf(wanted);
        const method = methodOf(experiment, wanted.method);
        return promptsOf(vector, plain).flatMap((prompt) => {
          const n = prompt.prompt.kind === "question" ? wanted.question_samples : wanted.task_samples;
          if (n === 0) return [];
          const cell = vectorCell(experiment, model, method, vector, prompt, wanted.strength, n);
          const first = planned.get(cell.specification) ?? 0;
          planned.set(cell.specification, first + cell.n);
          return [{ ...cell, first }];
        });
      });
    const fresh = planMeasurements(
      experiment,
      own.filter(({ first }) => first === 0),
      plan.prompts,
    );
    const total = own.reduce((sum, { n }) => sum + n, 0);
    sources.push({ kind: "generate", model: model.name, first: samples, total });
    sources.push({ kind: "logprobs", model: model.name, first: measurements.length, total: fresh.length });
    samples += total;
    for (const cell of own) cells.push(cell);
    for (const measurement of fresh) measurements.push(measurement);
  }
  const { block } = experiment.execution;
  const blocks = planBlocks(sources, block, plan.generation_hash, plan.blocks.length);
  return deepFreeze({
    ...plan,
    vectors: [...vectors.values()],
    cells: [...plan.cells, ...cells],
    measurements,
    blocks: [...plan.blocks, ...blocks],
    samples,
  });
}

/** The vector that a round refers to. */
export function vectorOfCondition(
  plan: Plan,
  experiment: Experiment,
  { model, method, question, layer, draw }: Omit<RoundCell, "strength" | "question_samples" | "task_samples">,
): PlannedVector {
  return planVector(
    modelOf(plan, model),
    methodOf(experiment, method),
    questionOf(experiment, question),
    layer,
    draw,
    experiment.seed,
  );
}

function samplesBySpecification(cells: readonly Cell[]): Map<string, number> {
  const planned = new Map<string, number>();
  for (const { specification, n } of cells) planned.set(specification, (planned.get(specification) ?? 0) + n);
  return planned;
}

function modelOf(plan: Plan, name: string): PlannedModel {
  const model = plan.models.find((planned) => planned.name === name);
  if (model === undefined) throw new RangeError(`a round names the unknown model ${name}`);
  return model;
}

function methodOf(experiment: Experiment, name: string): ActivationMethod {
  const method = experiment.methods.find((stated) => stated.name === name);
  if (method?.kind !== "activation") throw new RangeError(`a round names the unknown method ${name}`);
  return method;
}

function questionOf(experiment: Experiment, id: string): Question {
  const question = [...experiment.questions, ...experiment.development].find((stated) => stated.id === id);
  if (question === undefined) throw new RangeError(`a round names the unknown question ${id}`);
  return question;
}
