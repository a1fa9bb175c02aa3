import { type Random, seededRandom } from "../../util/random.js";
import { exactDensity } from "./exact-density.js";
import { type PsychometricDraws, shuffled } from "./psychometric.js";
import type { Grid, GridModel, Point } from "./psychometric-grid.js";
import { pointIn, writeDraw } from "./psychometric-grid.js";

/** The grid of one overdispersion. */
export interface Part {
  readonly eta: number;
  readonly grid: Grid;
  /** Log posterior densities at the nodes. */
  readonly logs: Float64Array;
  /** Log of a cell's volume and of the overdispersion's prior probability. */
  readonly logVolume: number;
  readonly logPrior: number;
}

/** Points proposed for each draw that is kept. */
const PROPOSED = 2;
/** Log weights further below the best one than this count as zero weight. */
const NEGLIGIBLE = -20;
/** Share of a node's weight that each of its two neighbours along an axis is given. */
const SHARED = 0.2;
/** Points behind the check of a grid. */
const CHECKED = 200;

export interface Proposal {
  readonly parts: readonly Part[];
  /** Of the nodes of all parts, sum 1: the grid's own, with some given to each node's neighbours. */
  readonly weights: Float64Array;
  /** Posterior share of each part. */
  readonly shares: Float64Array;
}

/**
 * A distribution to draw from: uniform in each cell. A cell whose node misses a narrow likelihood has mass all the same,
 * since neighbours share theirs; what is drawn is then weighed by the exact density.
 */
export function proposalOf(parts: readonly Part[]): Proposal {
  let best = Number.NEGATIVE_INFINITY;
  for (const { logs, logVolume, logPrior } of parts) {
    for (const log of logs) best = Math.max(best, log + logVolume + logPrior);
  }
  const masses = parts.map(({ logs, logVolume, logPrior }) =>
    logs.map((value) => {
      const log = value + logVolume + logPrior - best;
      return log > NEGLIGIBLE ? Math.exp(log) : 0;
    }),
  );
  const sums = masses.map((mass) => mass.reduce((sum, value) => sum + value, 0));
  const total = sums.reduce((sum, value) => sum + value, 0);
  const weights = new Float64Array(parts.reduce((size, { logs }) => size + logs.length, 0));
  let at = 0;
  parts.forEach(({ grid }, e) => {
    const mass = masses[e] as Float64Array;
    share(mass, grid);
    for (const value of mass) {
      weights[at] = value / total;
      at += 1;
    }
  });
  return { parts, weights, shares: Float64Array.from(sums, (sum) => sum / total) };
}

/** In place: gives a part of each node's weight to its neighbours along every axis; the sum stays. */
function share(mass: Float64Array, { start, lapse, logWidth, threshold }: Grid): void {
  let stride = 1;
  for (const { count } of [threshold, logWidth, lapse, start]) {
    const line = new Float64Array(count);
    for (let from = 0; from < mass.length; from += 1) {
      if (Math.floor(from / stride) % count !== 0) continue;
      for (let i = 0; i < count; i += 1) line[i] = mass[from + i * stride] as number;
      for (let i = 0; i < count; i += 1) {
        const [before, after] = [
          line[Math.max(0, i - 1)] as number,
          line[Math.min(count - 1, i + 1)] as number,
        ];
        mass[from + i * stride] = (1 - 2 * SHARED) * (line[i] as number) + SHARED * (before + after);
      }
    }
    stride *= count;
  }
}

interface Proposed {
  readonly points: readonly Point[];
  /** Importance weights, sum 1. */
  readonly weights: Float64Array;
}

function propose({ parts, weights }: Proposal, model: GridModel, count: number, random: Random): Proposed {
  const densities = parts.map(({ eta }) => exactDensity(model, eta));
  const points: Point[] = [];
  const logs = new Float64Array(count);
  stratified(weights, count, random).forEach((index, i) => {
    let node = index;
    let e = 0;
    while (node >= (parts[e] as Part).logs.length) {
      node -= (parts[e] as Part).logs.length;
      e += 1;
    }
    const { grid, logVolume, logPrior } = parts[e] as Part;
    const point = pointIn(grid, node, random);
    points.push(point);
    const density = (densities[e] as (point: Point) => number)(point);
    logs[i] = density + logPrior + logVolume - Math.log(weights[index] as number);
  });
  const best = logs.reduce((most, log) => Math.max(most, log), Number.NEGATIVE_INFINITY);
  const masses = logs.map((log) => Math.exp(log - best));
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  return { points, weights: masses.map((mass) => mass / total) };
}

/** Effective number of independent draws for each point that is proposed, from 0 to 1; the same for the same grid. */
export function efficiency(proposal: Proposal, model: GridModel): number {
  const { weights } = propose(proposal, model, CHECKED, seededRandom("efficiency of a proposal"));
  return 1 / (weights.length * weights.reduce((sum, weight) => sum + weight * weight, 0));
}

/** Draws of the posterior: points of the proposal, resampled by their importance. */
export function importanceDraws(
  proposal: Proposal,
  model: GridModel,
  count: number,
  random: Random,
): PsychometricDraws {
  const draws: PsychometricDraws = {
    threshold: new Float64Array(count),
    slope: new Float64Array(count),
    start: new Float64Array(count),
    end: new Float64Array(count),
  };
  const { points, weights } = propose(proposal, model, PROPOSED * count, random);
  stratified(weights, count, random).forEach((index, i) => {
    writeDraw(points[index] as Point, model.shape, draws, i);
  });
  return draws;
}

/** `count` indices with probabilities `weights` (which sum to 1), one from each of `count` equal strata, in random order. */
export function stratified(weights: Float64Array, count: number, random: Random): Int32Array {
  const order = shuffled(count, random);
  const drawn = new Int32Array(count);
  let node = 0;
  let passed = weights[0] as number;
  for (let i = 0; i < count; i += 1) {
    const at = (i + random()) / count;
    while (passed < at && node < weights.length - 1) {
      node += 1;
      passed += weights[node] as number;
    }
    drawn[order[i] as number] = node;
  }
  return drawn;
}
