import type { Random } from "../../util/random.js";
import type { CapabilityMixture } from "../posterior/mixture-capability.js";
import { cellsOf, placeIn } from "./grid-box.js";
import { stratified } from "./importance-draws.js";
import { pick } from "./pick.js";
import type { GridSpans } from "./psychometric-posterior.js";
import { DEVIATION, type TaskGrid, type TaskNode, taskGrid } from "./task-grid.js";
import { condensed, type TaskCounts } from "./task-likelihood.js";
import { type TaskTables, taskTables } from "./task-tables.js";

export interface TaskPosterior {
  /** Draws of exactly these tasks, each with its threshold and its unsteered rate. */
  these(count: number, random: Random): CapabilityMixture;
  /** Draws of the population of tasks: its mean curve. */
  population(count: number, random: Random): CapabilityMixture;
}

/** Cells of a task's deviation from the mean threshold, in standard deviations, and their normal weights. */
const DEVIATIONS = cellsOf({ low: -2.8, high: 2.8 }, 7);
const NORMAL = normalised(
  Float64Array.from({ length: DEVIATIONS.count }, (_, q) =>
    Math.exp(-0.5 * placeIn(DEVIATIONS, q, 0.5) ** 2),
  ),
);

/**
 * Grid posterior of a capability whose tasks have thresholds N(m, tau) and one width: each task's threshold is summed
 * over in every node. `spans` is where the pooled curve has its mass. The variance of the mean curve is split between
 * tau and width, with a uniform prior on the share.
 */
export function taskPosterior(data: TaskCounts, spans: GridSpans): TaskPosterior {
  const wide = populationSpans(spans, data.tasks.length);
  const grid = taskGrid(wide);
  const room = 1.4 * Math.exp(wide.logWidth.high);
  const tables = taskTables(condensed(data, wide.threshold.low - room, wide.threshold.high + room), grid);
  const weights = nodeWeights(grid, tables);
  return {
    these: (count, random) => theseTasks(grid, tables, stratified(weights, count, random), random),
    population: (count, random) => populationOf(grid, stratified(weights, count, random), random),
  };
}

/** The pooled curve describes these tasks; the population's mean and spread are less certain, depending on the number of tasks. */
function populationSpans(spans: GridSpans, tasks: number): GridSpans {
  const { threshold, logWidth } = spans;
  const deviation = DEVIATION * Math.exp((logWidth.low + logWidth.high) / 2);
  const aside = (2 * deviation) / Math.sqrt(tasks);
  const wider = 1 / Math.sqrt(tasks);
  return {
    ...spans,
    threshold: { low: threshold.low - aside, high: threshold.high + aside },
    logWidth: { low: logWidth.low - wider, high: logWidth.high + wider },
  };
}

function normalised(weights: Float64Array): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Weight of each node: product over tasks of the likelihood summed over the task's threshold. */
function nodeWeights(grid: TaskGrid, tables: TaskTables): Float64Array {
  const weights = new Float64Array(grid.nodes);
  const q = DEVIATIONS.count;
  const cells = new Int32Array(q);
  const rests = new Float64Array(q);
  for (let n = 0; n < grid.nodes; n += 1) {
    const node = grid.node(n);
    placesOf(node, tables, cells, rests);
    let product = grid.weights[node.shape] as number;
    for (let j = 0; j < tables.tasks; j += 1) {
      const offset = tables.offset(node.shape, node.start, j);
      let sum = 0;
      for (let d = 0; d < q; d += 1)
        sum += (NORMAL[d] as number) * lerp(tables.values, offset, cells, rests, d);
      product *= sum;
    }
    weights[n] = product;
  }
  return normalised(weights);
}

function placesOf(node: TaskNode, tables: TaskTables, cells: Int32Array, rests: Float64Array): void {
  for (let d = 0; d < DEVIATIONS.count; d += 1) {
    const at = tables.placeOf(node.shape, node.threshold + node.deviation * placeIn(DEVIATIONS, d, 0.5));
    const cell = Math.floor(at);
    cells[d] = cell;
    rests[d] = at - cell;
  }
}

function lerp(
  values: Float64Array,
  offset: number,
  cells: Int32Array,
  rests: Float64Array,
  d: number,
): number {
  const at = offset + (cells[d] as number);
  const rest = rests[d] as number;
  return (1 - rest) * (values[at] as number) + rest * (values[at + 1] as number);
}

function theseTasks(
  grid: TaskGrid,
  tables: TaskTables,
  nodes: Int32Array,
  random: Random,
): CapabilityMixture {
  const mixture = emptyMixture(nodes.length, tables.tasks);
  const cells = new Int32Array(DEVIATIONS.count);
  const rests = new Float64Array(DEVIATIONS.count);
  const chances = new Float64Array(DEVIATIONS.count);
  nodes.forEach((n, i) => {
    const node = grid.node(n);
    const within = grid.within(n, random);
    mixture.slope[i] = within.slope;
    mixture.floor[i] = within.floor;
    placesOf({ ...node, threshold: within.threshold, deviation: within.deviation }, tables, cells, rests);
    let total = 0;
    for (let j = 0; j < tables.tasks; j += 1) {
      const offset = tables.offset(node.shape, node.start, j);
      for (let d = 0; d < chances.length; d += 1) {
        chances[d] = (NORMAL[d] as number) * lerp(tables.values, offset, cells, rests, d);
      }
      const d = pick(chances, random());
      const at = i * tables.tasks + j;
      mixture.thresholds[at] = within.threshold + within.deviation * placeIn(DEVIATIONS, d, random());
      const rate = tables.drawRate(node.shape, node.start, j, cells[d] as number, within.start, random);
      mixture.weights[at] = rate;
      total += rate;
    }
    mixture.baseline[i] = total / tables.tasks;
  });
  return mixture;
}

function populationOf(grid: TaskGrid, nodes: Int32Array, random: Random): CapabilityMixture {
  const mixture = emptyMixture(nodes.length, DEVIATIONS.count);
  nodes.forEach((n, i) => {
    const within = grid.within(n, random);
    mixture.slope[i] = within.slope;
    mixture.floor[i] = within.floor;
    mixture.baseline[i] = within.start;
    for (let d = 0; d < DEVIATIONS.count; d += 1) {
      const at = i * DEVIATIONS.count + d;
      mixture.thresholds[at] = within.threshold + within.deviation * placeIn(DEVIATIONS, d, 0.5);
      mixture.weights[at] = NORMAL[d] as number;
    }
  });
  return mixture;
}

function emptyMixture(draws: number, components: number): CapabilityMixture {
  return {
    components,
    thresholds: new Float64Array(draws * components),
    weights: new Float64Array(draws * components),
    slope: new Float64Array(draws),
    floor: new Float64Array(draws),
    baseline: new Float64Array(draws),
  };
}
