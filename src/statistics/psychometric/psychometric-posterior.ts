import type { Random } from "../../util/random.js";
import { highestOf, lowestOf } from "../extremes.js";
import type { Counts } from "./beta-binomial.js";
import { cellSize } from "./grid-box.js";
import { lapseQuantile, OVERDISPERSIONS, type Overdispersion, type Span, type Support } from "./priors.js";
import { type PsychometricDraws, shuffled } from "./psychometric.js";
import {
  evaluator,
  type Grid,
  type GridModel,
  type GridSpans,
  gridOf,
  narrowed,
  type PositionedCounts,
  type Shape,
  shrinkage,
  wholeSpans,
  writeDraw,
} from "./psychometric-grid.js";

export type { GridSpans, PositionedCounts } from "./psychometric-grid.js";

export interface PsychometricOptions {
  readonly support: Support;
  /** Unsteered samples: they and the lowest strengths determine where the curve starts. */
  readonly baseline: Counts;
  /** `rise`: from its start to 1 - lapse. `fall`: from its start to lapse x start. */
  readonly shape: Shape;
  /** Quantiles of the lapse prior; `lapseQuantile` where absent. */
  readonly lapse?: (u: number) => number;
  /** Overdispersions with their prior; `OVERDISPERSIONS` where absent. */
  readonly overdispersions?: readonly Overdispersion[];
  /** Factor by which the cells of the last grids are finer in each parameter; 1 where absent. */
  readonly fineness?: number;
}

export interface PsychometricPosterior {
  /** The spans that hold the mass. */
  readonly spans: GridSpans;
  /** Posterior share of each overdispersion of the options, descending. */
  readonly overdispersion: readonly Overdispersion[];
  /** Draws that are spread within the cells, so that the grid does not show. Stratified over the nodes, in random order. */
  draws(count: number, random: Random): PsychometricDraws;
}

/** Cells of the coarse passes and of the last, by parameter. */
const COARSE = { start: 4, lapse: 4, logWidth: 6, threshold: 16 };
const FINE = { start: 5, lapse: 10, logWidth: 10, threshold: 28 };
const MOST_PASSES = 14;
/** Narrowing stops when no parameter's span becomes smaller than this share of itself. */
const NARROW_ENOUGH = 0.8;
/** Where the last grid shows that the mass is in less than this share of a span, it is laid out again. */
const FINE_ENOUGH = 0.6;
const MOST_LAYOUTS = 3;
/** Log weights further below the best one than this count as zero weight. */
const NEGLIGIBLE = -20;
/** An overdispersion less probable than this does not widen the spans. */
const UNLIKELY = 0.02;

/** The grid of one overdispersion. */
interface Part {
  readonly eta: number;
  readonly grid: Grid;
  /** Weights of the nodes relative to the best one, with the cells' volume and the prior. */
  readonly logs: Float64Array;
  readonly logVolume: number;
}

/**
 * Grid posterior of a psychometric function (Schuett et al. 2016) given beta-binomial counts at some positions. Each
 * overdispersion has its own grid: coarse passes narrow it to where the mass is, and the last pass fills it. The order
 * of the data does not matter.
 */
export function psychometricPosterior(
  data: readonly PositionedCounts[],
  options: PsychometricOptions,
): PsychometricPosterior {
  const { shape, baseline, support, fineness = 1, lapse = lapseQuantile } = options;
  const model: GridModel = { shape, baseline, lapse, points: merged(data) };
  const overdispersions = options.overdispersions ?? OVERDISPERSIONS;
  // More overdispersion spreads the mass wider, so each grid starts from the spans of the next larger overdispersion.
  const parts: Part[] = [];
  let from = wholeSpans(support);
  for (const one of overdispersions.toSorted((a, b) => b.eta - a.eta)) {
    const part = partOf(model, one, from, support, fineness);
    parts.push(part);
    from = part.grid;
  }
  const { weights, shares } = weigh(parts);
  const likely = parts.filter((_, e) => (shares[e] as number) >= UNLIKELY).map(({ grid }) => grid);
  return {
    spans: hull(likely),
    overdispersion: parts.map(({ eta }, e) => ({ eta, weight: shares[e] as number })),
    draws: (count, random) => drawsOf(parts, weights, model, count, random),
  };
}

/** One point for each position, ascending; points without samples are left out. */
function merged(data: readonly PositionedCounts[]): PositionedCounts[] {
  const sorted = data
    .filter(({ n }) => n > 0)
    .toSorted((a, b) => a.position - b.position || a.n - b.n || a.hits - b.hits);
  const points: PositionedCounts[] = [];
  for (const point of sorted) {
    const last = points.at(-1);
    if (last?.position === point.position) {
      points[points.length - 1] = {
        position: last.position,
        n: last.n + point.n,
        hits: last.hits + point.hits,
      };
    } else points.push(point);
  }
  return points;
}

function partOf(
  model: GridModel,
  { eta, weight }: Overdispersion,
  from: GridSpans,
  support: Support,
  fineness: number,
): Part {
  const evaluate = evaluator(model, eta);
  let spans = from;
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    const grid = gridOf(spans, COARSE);
    spans = narrowed(grid, evaluate(grid), support);
    if (shrinkage(grid, spans) > NARROW_ENOUGH) break;
  }
  const counts = {
    start: FINE.start * fineness,
    lapse: FINE.lapse * fineness,
    logWidth: FINE.logWidth * fineness,
    threshold: FINE.threshold * fineness,
  };
  let grid = gridOf(spans, counts);
  let logs = evaluate(grid);
  for (let layout = 1; layout < MOST_LAYOUTS; layout += 1) {
    spans = narrowed(grid, logs, support);
    if (shrinkage(grid, spans) > FINE_ENOUGH) break;
    grid = gridOf(spans, counts);
    logs = evaluate(grid);
  }
  const { start, lapse, logWidth, threshold } = grid;
  const volume = cellSize(start) * cellSize(lapse) * cellSize(logWidth) * cellSize(threshold);
  return { eta, grid, logs, logVolume: Math.log(volume * weight) };
}

/** Weights of all nodes of all parts, which sum to 1, and each part's share of them. */
function weigh(parts: readonly Part[]): { readonly weights: Float64Array; readonly shares: Float64Array } {
  let best = Number.NEGATIVE_INFINITY;
  for (const { logs, logVolume } of parts) {
    for (const log of logs) if (log + logVolume > best) best = log + logVolume;
  }
  const weights = new Float64Array(parts.reduce((size, { logs }) => size + logs.length, 0));
  const shares = new Float64Array(parts.length);
  let at = 0;
  parts.forEach(({ logs, logVolume }, e) => {
    let sum = 0;
    for (const value of logs) {
      const log = value + logVolume - best;
      if (log > NEGLIGIBLE) {
        const weight = Math.exp(log);
        weights[at] = weight;
        sum += weight;
      }
      at += 1;
    }
    shares[e] = sum;
  });
  const total = shares.reduce((sum, share) => sum + share, 0);
  for (let i = 0; i < weights.length; i += 1) weights[i] = (weights[i] as number) / total;
  return { weights, shares: shares.map((share) => share / total) };
}

/** The smallest spans that hold those of all the grids. */
function hull(grids: readonly GridSpans[]): GridSpans {
  const over = (key: keyof GridSpans): Span => ({
    low: lowestOf(grids.map((grid) => grid[key].low)),
    high: highestOf(grids.map((grid) => grid[key].high)),
  });
  return {
    start: over("start"),
    lapse: over("lapse"),
    logWidth: over("logWidth"),
    threshold: over("threshold"),
  };
}

function drawsOf(
  parts: readonly Part[],
  weights: Float64Array,
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
  stratified(weights, count, random).forEach((index, i) => {
    let node = index;
    for (const { grid, logs } of parts) {
      if (node < logs.length) {
        writeDraw(grid, model, node, random, draws, i);
        break;
      }
      node -= logs.length;
    }
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
