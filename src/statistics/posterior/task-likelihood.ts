import type { Counts } from "./beta-binomial.js";
import type { TaskShape } from "./task-grid.js";

/** Counts of each task: unsteered, and at each position. */
export interface TaskCounts {
  readonly positions: Float64Array;
  readonly tasks: readonly TaskData[];
}

export interface TaskData {
  readonly baseline: Counts;
  /** By position; 0 of 0 where the task was not sampled. */
  readonly n: Float64Array;
  readonly hits: Float64Array;
}

const LEAST = 1e-6;

/**
 * Log likelihood of every task at every threshold and unsteered rate, for one shape of its curve (rate times
 * floor + (1 - floor) (1 - S)): [task][rate][threshold], flat, into
 * `logs`. Unsteered counts are not part of it.
 */
export function taskLikelihoods(
  { positions, tasks }: TaskCounts,
  { slope, floor }: Pick<TaskShape, "slope" | "floor">,
  thresholds: Float64Array,
  rates: Float64Array,
  logs: Float64Array,
): void {
  const size = rates.length * thresholds.length;
  const hit = new Float64Array(positions.length);
  const miss = new Float64Array(positions.length);
  for (let r = 0; r < rates.length; r += 1) {
    const rate = rates[r] as number;
    for (let m = 0; m < thresholds.length; m += 1) {
      for (let k = 0; k < positions.length; k += 1) {
        const z = slope * ((positions[k] as number) - (thresholds[m] as number));
        const p = Math.max(LEAST, rate * (floor + (1 - floor) / (1 + Math.exp(z))));
        miss[k] = Math.log(1 - Math.min(p, 1 - LEAST));
        hit[k] = Math.log(p) - (miss[k] as number);
      }
      tasks.forEach((task, j) => {
        let log = 0;
        for (let k = 0; k < positions.length; k += 1) {
          log += (task.hits[k] as number) * (hit[k] as number) + (task.n[k] as number) * (miss[k] as number);
        }
        logs[j * size + r * thresholds.length + m] = log;
      });
    }
  }
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
