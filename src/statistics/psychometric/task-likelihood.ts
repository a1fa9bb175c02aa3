import type { Counts } from "./beta-binomial.js";
import type { TaskShape } from "./task-grid.js";

/** Counts of each task: unsteered, and at each position. */
export interface TaskCounts {
  readonly positions: Float64Array;
  readonly tasks: readonly TaskData[];
}

export interface TaskData {
  readonly baseline: Counts;
  /** For each position; 0 of 0 where the task was not sampled. */
  readonly n: Float64Array;
  readonly hits: Float64Array;
}

const LEAST = 1e-6;
const LOG_LEAST = Math.log(LEAST);

/**
 * Writes into `logs` the log likelihood of every task at every threshold and unsteered rate, for one shape of its curve
 * (rate times floor + (1 - floor) (1 - S)): [task][rate][threshold], flat. Unsteered counts are not part of it.
 */
export function taskLikelihoods(
  { positions, tasks }: TaskCounts,
  { slope, floor }: Pick<TaskShape, "slope" | "floor">,
  thresholds: Float64Array,
  rates: Float64Array,
  logs: Float64Array,
): void {
  const count = positions.length;
  const size = rates.length * thresholds.length;
  const { hits, misses } = flattened(tasks, count);
  const kept = new Float64Array(count);
  const logKept = new Float64Array(count);
  const logRates = rates.map(Math.log);
  const hit = new Float64Array(count);
  const miss = new Float64Array(count);
  for (let m = 0; m < thresholds.length; m += 1) {
    const threshold = thresholds[m] as number;
    for (let k = 0; k < count; k += 1) {
      kept[k] = floor + (1 - floor) / (1 + Math.exp(slope * ((positions[k] as number) - threshold)));
      logKept[k] = Math.log(kept[k] as number);
    }
    for (let r = 0; r < rates.length; r += 1) {
      const rate = rates[r] as number;
      const logRate = logRates[r] as number;
      for (let k = 0; k < count; k += 1) {
        hit[k] = Math.max(LOG_LEAST, logRate + (logKept[k] as number));
        miss[k] = Math.log(Math.max(LEAST, 1 - rate * (kept[k] as number)));
      }
      for (let j = 0; j < tasks.length; j += 1) {
        let log = 0;
        for (let k = 0, at = j * count; k < count; k += 1, at += 1) {
          log += (hits[at] as number) * (hit[k] as number) + (misses[at] as number) * (miss[k] as number);
        }
        logs[j * size + r * thresholds.length + m] = log;
      }
    }
  }
}

/** The tasks' counts, one task after the other. */
function flattened(
  tasks: readonly TaskData[],
  positions: number,
): { readonly hits: Float64Array; readonly misses: Float64Array } {
  const hits = new Float64Array(tasks.length * positions);
  const misses = new Float64Array(tasks.length * positions);
  tasks.forEach((task, j) => {
    for (let k = 0; k < positions; k += 1) {
      hits[j * positions + k] = task.hits[k] as number;
      misses[j * positions + k] = (task.n[k] as number) - (task.hits[k] as number);
    }
  });
  return { hits, misses };
}

/**
 * The same data with all positions below `low`, where no task has begun to fall, counted as unsteered, and all above
 * `high`, where every task has fallen, as one position.
 */
export function condensed({ positions, tasks }: TaskCounts, low: number, high: number): TaskCounts {
  const inside = [...positions.keys()].filter((k) => {
    const x = positions[k] as number;
    return x >= low && x <= high;
  });
  const beyond = positions.some((x) => x > high);
  const at = [...inside.map((k) => positions[k] as number), ...(beyond ? [high] : [])];
  return {
    positions: Float64Array.from(at),
    tasks: tasks.map((task) => {
      const sum = (values: Float64Array, where: (x: number) => boolean) =>
        values.reduce((total, value, k) => total + (where(positions[k] as number) ? value : 0), 0);
      const kept = (values: Float64Array) =>
        Float64Array.from([
          ...inside.map((k) => values[k] as number),
          ...(beyond ? [sum(values, (x) => x > high)] : []),
        ]);
      return {
        baseline: {
          n: task.baseline.n + sum(task.n, (x) => x < low),
          hits: task.baseline.hits + sum(task.hits, (x) => x < low),
        },
        n: kept(task.n),
        hits: kept(task.hits),
      };
    }),
  };
}
