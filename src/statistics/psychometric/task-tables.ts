import type { Random } from "../../util/random.js";
import { baselineSpread, spreadDensity } from "./baseline-spread.js";
import { cellsOf, placeIn } from "./grid-box.js";
import { pick } from "./pick.js";
import type { TaskGrid } from "./task-grid.js";
import { type TaskCounts, type TaskData, taskLikelihoods } from "./task-likelihood.js";

/** Thresholds at which a task's likelihood is tabulated, and how far beyond the mean's span, in standard deviations. */
const PLACES = 48;
const REACH = 2.8;
/** Unsteered rates (sin^2) of tasks whose rates differ. */
const APART = cellsOf({ low: 0, high: Math.PI / 2 }, 6);
/** Tasks are assumed to have equal unsteered rates if the counts give that at least this probability. */
const ALIKE = 0.5;

/** Likelihood of each task over its threshold, summed over its unsteered rate; each task's largest value is near 1. */
export interface TaskTables {
  readonly tasks: number;
  readonly values: Float64Array;
  /** Index at which the table of a task begins. */
  offset(shape: number, start: number, task: number): number;
  /** Place of a threshold in the tables of a shape. */
  placeOf(shape: number, threshold: number): number;
  /** Draws a task's unsteered rate, given its place; `alike` is the rate where all tasks have the same. */
  drawRate(shape: number, start: number, task: number, place: number, alike: number, random: Random): number;
}

export function taskTables(data: TaskCounts, grid: TaskGrid): TaskTables {
  const { shapes, starts } = grid;
  const tasks = data.tasks.length;
  const spread = baselineSpread(data.tasks.map(({ baseline }) => baseline));
  const same = spread.same > ALIKE ? 1 : spread.same;
  const apart = same === 1 ? 0 : APART.count;
  const rates = Float64Array.from([
    ...starts,
    ...Array.from({ length: apart }, (_, c) => Math.sin(placeIn(APART, c, 0.5)) ** 2),
  ]);
  const block = rates.length * PLACES;
  const logs = new Float64Array(shapes.length * tasks * block);
  const lows = shapes.map(({ deviation }) => grid.threshold.low - REACH * deviation);
  const steps = shapes.map(
    ({ deviation }) => (grid.threshold.high - grid.threshold.low + 2 * REACH * deviation) / (PLACES - 1),
  );
  shapes.forEach((shape, s) => {
    const thresholds = Float64Array.from(
      { length: PLACES },
      (_, p) => (lows[s] as number) + p * (steps[s] as number),
    );
    taskLikelihoods(
      data,
      shape,
      thresholds,
      rates,
      logs.subarray(s * tasks * block, (s + 1) * tasks * block),
    );
  });
  addBaselines(logs, data.tasks, rates, shapes.length);
  const largest = largestOf(logs, tasks, block);
  const priors = Array.from(starts, (mean, m) => ratePrior(mean, m, rates, starts.length, same, spread));
  const likelihoods = toLikelihoods(logs, tasks, block, largest);
  const joint = (shape: number, start: number, task: number, place: number, rate: number): number =>
    (priors[start]?.[rate] as number) *
    (likelihoods[(shape * tasks + task) * block + rate * PLACES + place] as number);
  const offset = (shape: number, start: number, task: number) =>
    ((shape * starts.length + start) * tasks + task) * PLACES;
  const values = new Float64Array(shapes.length * starts.length * tasks * PLACES);
  for (let shape = 0; shape < shapes.length; shape += 1) {
    for (let start = 0; start < starts.length; start += 1) {
      const prior = priors[start] as Float64Array;
      for (let task = 0; task < tasks; task += 1) {
        const to = offset(shape, start, task);
        const from = (shape * tasks + task) * block;
        addScaled(values, to, likelihoods, from + start * PLACES, prior[start] as number);
        for (let rate = starts.length; rate < rates.length; rate += 1) {
          addScaled(values, to, likelihoods, from + rate * PLACES, prior[rate] as number);
        }
      }
    }
  }
  const chances = new Float64Array(rates.length);
  return {
    tasks,
    values,
    offset,
    placeOf: (shape, threshold) => {
      const at = (threshold - (lows[shape] as number)) / (steps[shape] as number);
      return Math.min(PLACES - 1.000001, Math.max(0, at));
    },
    drawRate: (shape, start, task, place, alike, random) => {
      if (apart === 0) return alike;
      for (let rate = 0; rate < rates.length; rate += 1) {
        chances[rate] = joint(shape, start, task, place, rate);
      }
      const rate = pick(chances, random());
      if (rate < starts.length) return alike;
      return Math.sin(placeIn(APART, rate - starts.length, random())) ** 2;
    },
  };
}

/** Adds each task's unsteered counts to its log likelihoods. */
function addBaselines(
  logs: Float64Array,
  tasks: readonly TaskData[],
  rates: Float64Array,
  shapes: number,
): void {
  let at = 0;
  for (let shape = 0; shape < shapes; shape += 1) {
    for (const { baseline } of tasks) {
      for (const rate of rates) {
        const log = baseline.hits * Math.log(rate) + (baseline.n - baseline.hits) * Math.log(1 - rate);
        for (let place = 0; place < PLACES; place += 1) {
          logs[at] = (logs[at] as number) + log;
          at += 1;
        }
      }
    }
  }
}

/** Largest log likelihood of each task over all shapes, rates and places. */
function largestOf(logs: Float64Array, tasks: number, block: number): Float64Array {
  const largest = new Float64Array(tasks).fill(Number.NEGATIVE_INFINITY);
  for (let from = 0, task = 0; from < logs.length; from += block, task = (task + 1) % tasks) {
    let most = largest[task] as number;
    for (let i = from; i < from + block; i += 1) if ((logs[i] as number) > most) most = logs[i] as number;
    largest[task] = most;
  }
  return largest;
}

/** Converts log likelihoods to likelihoods in place, relative to each task's largest. */
function toLikelihoods(
  logs: Float64Array,
  tasks: number,
  block: number,
  largest: Float64Array,
): Float64Array {
  for (let from = 0, task = 0; from < logs.length; from += block, task = (task + 1) % tasks) {
    const most = largest[task] as number;
    for (let i = from; i < from + block; i += 1) logs[i] = Math.exp((logs[i] as number) - most);
  }
  return logs;
}

/** Adds the places of one rate to a task's table. */
function addScaled(
  values: Float64Array,
  to: number,
  likelihoods: Float64Array,
  from: number,
  scale: number,
): void {
  for (let place = 0; place < PLACES; place += 1) {
    values[to + place] = (values[to + place] as number) + scale * (likelihoods[from + place] as number);
  }
}

/** Prior of a task's unsteered rate at each of `rates`, for the mean rate of index `m`. */
function ratePrior(
  mean: number,
  m: number,
  rates: Float64Array,
  starts: number,
  same: number,
  spread: ReturnType<typeof baselineSpread>,
): Float64Array {
  const prior = new Float64Array(rates.length);
  let total = 0;
  for (let rate = starts; rate < rates.length; rate += 1) {
    const value = rates[rate] as number;
    // The cells are equal in t, where the rate is sin^2 t, so the density takes the factor sin 2t.
    prior[rate] = spreadDensity(spread, mean, value) * Math.sqrt(value * (1 - value));
    total += prior[rate] as number;
  }
  for (let rate = starts; rate < rates.length; rate += 1) {
    prior[rate] = total === 0 ? 0 : ((prior[rate] as number) * (1 - same)) / total;
  }
  prior[m] = same;
  return prior;
}
