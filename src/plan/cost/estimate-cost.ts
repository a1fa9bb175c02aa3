import { highestOf } from "../../statistics/extremes.js";
import type { Cell, ModelShape, Plan, PlannedModel } from "../plan.js";
import { ASSUMPTIONS, type DeviceKind, THROUGHPUT } from "./throughput.js";

/** What the work is to run on. */
export interface CostBasis {
  readonly device: DeviceKind;
  readonly dtype: "float32" | "bfloat16";
  readonly workers: number;
  /** CPU threads of a worker. */
  readonly threads: number;
  /** Rows decoded at a time. */
  readonly rows: number;
}

interface ModelCost {
  readonly model: string;
  readonly parameters: number;
  readonly cells: number;
  readonly samples: number;
  readonly measurements: number;
  /** Tokens generated at most, and as expected. */
  readonly max_tokens: number;
  readonly expected_tokens: number;
  readonly prompt_tokens: number;
  /** Of one worker: weights, cache, logits, interpreter. */
  readonly memory_bytes: number;
  /** Of all workers together, loading included. */
  readonly seconds: number;
}

export interface Cost {
  readonly models: readonly ModelCost[];
  readonly cells: number;
  readonly vectors: number;
  readonly blocks: number;
  readonly samples: number;
  readonly measurements: number;
  readonly max_tokens: number;
  readonly expected_tokens: number;
  readonly memory_bytes: number;
  /** Scoring of code, which runs beside generation. */
  readonly sandbox_seconds: number;
  readonly seconds: number;
}

/** What a plan will take. Counts are exact; tokens, memory and seconds follow from `THROUGHPUT` and `ASSUMPTIONS`. */
export function estimateCost(plan: Plan, basis: CostBasis): Cost {
  const models = plan.models.map((model) => modelCost(plan, model, basis));
  const sum = (of: (cost: ModelCost) => number) => models.reduce((total, cost) => total + of(cost), 0);
  const tasks = plan.cells.filter(({ prompt }) => plan.prompts[prompt]?.kind === "task");
  const programs = tasks.reduce((total, { n }) => total + n, 0) * ASSUMPTIONS.distinct_programs;
  const sandbox_seconds = programs * ASSUMPTIONS.program_seconds;
  return {
    models,
    cells: plan.cells.length,
    vectors: plan.vectors.length,
    blocks: plan.blocks.length,
    samples: plan.samples,
    measurements: plan.measurements.length,
    max_tokens: sum((cost) => cost.max_tokens),
    expected_tokens: sum((cost) => cost.expected_tokens),
    memory_bytes: Math.max(0, highestOf(models.map((cost) => cost.memory_bytes))),
    sandbox_seconds,
    seconds:
      ASSUMPTIONS.start_seconds +
      Math.max(
        sandbox_seconds,
        sum(({ seconds }) => seconds),
      ),
  };
}

function modelCost(plan: Plan, model: PlannedModel, basis: CostBasis): ModelCost {
  const cells = plan.cells.filter((cell) => cell.model === model.name);
  const ids = new Set(cells.map(({ id }) => id));
  const measurements = plan.measurements.filter(({ cell }) => ids.has(cell)).length;
  const total = (of: (cell: Cell) => number) => cells.reduce((sum, cell) => sum + of(cell), 0);
  const promptLengths = plan.prompts.map(({ messages }) =>
    messages.reduce(
      (sum, { content }) =>
        sum + ASSUMPTIONS.template_tokens + Math.ceil(content.length / ASSUMPTIONS.characters_per_token),
      0,
    ),
  );
  const promptLength = (cell: Cell) => promptLengths[cell.prompt] ?? 0;
  const samples = total(({ n }) => n);
  const max_tokens = total(({ n, decoding }) => n * decoding.max_tokens);
  const expected_tokens = Math.round(max_tokens * ASSUMPTIONS.response_share);
  const measured_tokens = measurements * Math.max(0, highestOf(promptLengths));
  // A condition's prompt is read once for all its samples.
  const prompt_tokens = total(promptLength) + measured_tokens;
  const longest = cells.reduce(
    (most, cell) => Math.max(most, promptLength(cell) + cell.decoding.max_tokens),
    0,
  );
  const bytes = basis.dtype === "float32" ? 4 : 2;
  const weights = model.shape.parameters * bytes;
  const load = ASSUMPTIONS.load_seconds + weights / ASSUMPTIONS.load_bytes;
  const work = decodeSeconds(model.shape, expected_tokens, longest, weights, basis);
  const prefill = (prompt_tokens * flopsPerToken(model.shape, longest)) / flopsOf(basis);
  return {
    model: model.name,
    parameters: model.shape.parameters,
    cells: cells.length,
    samples,
    measurements,
    max_tokens,
    expected_tokens,
    prompt_tokens,
    memory_bytes: ASSUMPTIONS.worker_bytes + weights + rowBytes(model.shape, longest, bytes) * basis.rows,
    seconds: load + (work + prefill) / basis.workers,
  };
}

/** Decode steps of `rows` rows each, bound by arithmetic or by reading the weights, plus what every layer costs beside. */
function decodeSeconds(
  shape: ModelShape,
  tokens: number,
  context: number,
  weights: number,
  basis: CostBasis,
): number {
  const { bytes, layer_step, step } = THROUGHPUT[basis.device];
  const steps = tokens / (basis.rows * ASSUMPTIONS.occupancy);
  const arithmetic = (basis.rows * flopsPerToken(shape, context)) / flopsOf(basis);
  return steps * (step + shape.layers * layer_step + Math.max(arithmetic, weights / bytes));
}

function flopsOf({ device, threads }: CostBasis): number {
  return THROUGHPUT[device].flops * (device === "cpu" ? threads : 1);
}

/** Two a parameter, plus attention's scores and sums over the context. */
function flopsPerToken(shape: ModelShape, context: number): number {
  return 2 * shape.parameters + 4 * shape.layers * shape.heads * shape.head_dim * context;
}

/** Keys and values of all layers at full length, and a row of logits in the model's type and in float32. */
function rowBytes(shape: ModelShape, context: number, bytes: number): number {
  return (
    2 * shape.layers * shape.kv_heads * shape.head_dim * context * bytes + shape.vocab_size * (bytes + 4)
  );
}
