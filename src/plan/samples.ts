import type { Block, Cell, Plan, PlannedMeasurement, SampleSpec } from "./plan.js";
import { sampleId } from "./sample-id.js";

/** Samples of a block of kind `generate`, in plan order, made when asked for: a plan's memory is flat in its samples. */
export function samplesOf(plan: Plan, block: Block): readonly SampleSpec[] {
  if (block.kind !== "generate") throw new RangeError(`block ${block.id} has measurements, not samples`);
  const starts = startsOf(plan);
  let place = cellAt(starts, block.first);
  return Array.from({ length: block.count }, (_, offset) => {
    const plan_index = block.first + offset;
    while (plan_index >= (starts[place + 1] ?? 0)) place++;
    return sampleSpec(plan, plan.cells[place], plan_index, plan_index - (starts[place] ?? 0));
  });
}

/** Measurements of a block of kind `logprobs`, in plan order. */
export function measurementsOf(plan: Plan, block: Block): readonly PlannedMeasurement[] {
  if (block.kind !== "logprobs") throw new RangeError(`block ${block.id} has samples, not measurements`);
  return plan.measurements.slice(block.first, block.first + block.count);
}

function sampleSpec(plan: Plan, cell: Cell | undefined, plan_index: number, index: number): SampleSpec {
  if (cell === undefined) throw new RangeError(`the plan has ${plan.samples} samples, none at ${plan_index}`);
  const inSpecification = cell.first + index;
  return {
    id: sampleId(cell.specification, plan.seed, inSpecification),
    plan_index,
    cell,
    index: inSpecification,
  };
}

/** Plan index of each cell's first sample, and the number of samples at the end; computed once for each plan. */
const known = new WeakMap<Plan, Float64Array>();

function startsOf(plan: Plan): Float64Array {
  const before = known.get(plan);
  if (before !== undefined) return before;
  const starts = new Float64Array(plan.cells.length + 1);
  for (const [index, { n }] of plan.cells.entries()) starts[index + 1] = (starts[index] ?? 0) + n;
  known.set(plan, starts);
  return starts;
}

/** The last cell that starts at or before a plan index. */
function cellAt(starts: Float64Array, planIndex: number): number {
  if (planIndex < 0 || planIndex >= (starts.at(-1) ?? 0)) return -1;
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= planIndex) low = middle;
    else high = middle - 1;
  }
  return low;
}
