import type { Random } from "../random.js";
import { type Counts, likelihoodTables, TABLE_LENGTH, tablePlace } from "./beta-binomial.js";
import { type Cells, cellSize, cellsOf, massSpan, placeIn } from "./grid-box.js";
import { lapseQuantile, OVERDISPERSIONS, type Overdispersion, type Span, type Support } from "./priors.js";
import { type PsychometricDraws, shuffled, WIDTH_LOGITS } from "./psychometric.js";

export interface PositionedCounts extends Counts {
  readonly position: number;
}

export interface PsychometricOptions {
  readonly support: Support;
  /** Unsteered samples: they and the lowest strengths say where the curve starts. */
  readonly baseline: Counts;
  /** `rise`: from its start to 1 - lapse. `fall`: from its start to lapse x start. */
  readonly shape: "rise" | "fall";
  /** Quantiles of the lapse prior; `lapseQuantile` where absent. */
  readonly lapse?: (u: number) => number;
  /** Overdispersions with their prior; psignifit's where absent. */
  readonly overdispersions?: readonly Overdispersion[];
  /** Cells of the last grid are this many times as fine in each parameter; 1 where absent. */
  readonly fineness?: number;
}

export interface PsychometricPosterior {
  /** Where the last grid lies: the spans that hold the mass. */
  readonly spans: GridSpans;
  /** Posterior share of each overdispersion of the options. */
  readonly overdispersion: readonly Overdispersion[];
  /** Draws spread within the cells, so that no grid shows in them. Stratified over the nodes, in random order. */
  draws(count: number, random: Random): PsychometricDraws;
}

/** Cells of the coarse passes and of the last, by parameter. */
const COARSE = { start: 4, lapse: 4, logWidth: 6, threshold: 16 };
const FINE = { start: 4, lapse: 6, logWidth: 10, threshold: 28 };
const MOST_PASSES = 12;
/** Narrowing stops when no parameter's span becomes smaller than this share of itself. */
const NARROW_ENOUGH = 0.8;
/** Where the last grid shows that the mass is in less than this share of a span, it is laid out again. */
const FINE_ENOUGH = 0.6;
const MOST_LAYOUTS = 5;
/** Log weights below the best one by more than this count as none. */
const NEGLIGIBLE = -20;
const WHOLE_START: Span = { low: 0, high: Math.PI / 2 };
const WHOLE_LAPSE: Span = { low: 0, high: 1 };

/**
 * Coordinates in which the prior is flat: start = sin^2 of the first (Jeffreys), the lapse prior's quantile of the
 * second, log width and threshold.
 */
export type GridSpans = Readonly<Record<"start" | "lapse" | "logWidth" | "threshold", Span>>;

type Grid = Readonly<Record<keyof GridSpans, Cells>>;

/**
 * Grid posterior of a psychometric function (Schuett et al. 2016): beta-binomial counts at some positions. Coarse passes
 * narrow the grid to where the mass is, the last pass fills it. The order of the data does not matter.
 */
export function psychometricPosterior(
  data: readonly PositionedCounts[],
  options: PsychometricOptions,
): PsychometricPosterior {
  const points = merged(data);
  const overdispersions = options.overdispersions ?? OVERDISPERSIONS;
  const ends = [...new Set([overdispersions[0], overdispersions.at(-1)])].filter((one) => one !== undefined);
  const coarse = evaluator(points, options, ends);
  let grid = gridOf({ start: WHOLE_START, lapse: WHOLE_LAPSE, ...options.support }, COARSE);
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    const spans = narrowed(grid, coarse(grid), options.support);
    const shrunk = shrinkage(grid, spans);
    grid = gridOf(spans, COARSE);
    if (shrunk > NARROW_ENOUGH) break;
  }
  const fineness = options.fineness ?? 1;
  const counts = {
    start: FINE.start * fineness,
    lapse: FINE.lapse * fineness,
    logWidth: FINE.logWidth * fineness,
    threshold: FINE.threshold * fineness,
  };
  const evaluate = evaluator(points, options, overdispersions);
  grid = gridOf(grid, counts);
  let logs = evaluate(grid);
  for (let layout = 1; layout < MOST_LAYOUTS; layout += 1) {
    const spans = narrowed(grid, logs, options.support);
    if (shrinkage(grid, spans) > FINE_ENOUGH) break;
    grid = gridOf(spans, counts);
    logs = evaluate(grid);
  }
  return posteriorOf(grid, logs, options, overdispersions);
}

function gridOf(spans: GridSpans, counts: Readonly<Record<keyof Grid, number>>): Grid {
  return {
    start: cellsOf(spans.start, counts.start),
    lapse: cellsOf(spans.lapse, counts.lapse),
    logWidth: cellsOf(spans.logWidth, counts.logWidth),
    threshold: cellsOf(spans.threshold, counts.threshold),
  };
}

/** One point a position, ascending; points without samples are left out. */
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

/** Log posteriors of a grid: shape [start][lapse][logWidth][threshold][overdispersion], flat. */
type Evaluate = (grid: Grid) => Float64Array;

function evaluator(
  points: readonly PositionedCounts[],
  { baseline, shape, lapse = lapseQuantile }: PsychometricOptions,
  overdispersions: readonly Overdispersion[],
): Evaluate {
  const tables = likelihoodTables(points, overdispersions);
  const positions = Float64Array.from(points, ({ position }) => position);
  const priors = Float64Array.from(overdispersions, ({ weight }) => Math.log(weight));
  const etas = priors.length;
  const stride = TABLE_LENGTH * etas;
  return (grid) => {
    const { start, lapse: lapses, logWidth, threshold } = grid;
    const share = shares(positions, grid);
    const curves = logWidth.count * threshold.count;
    const logs = new Float64Array(start.count * lapses.count * curves * etas);
    let node = 0;
    for (let s = 0; s < start.count; s += 1) {
      const from = startOf(start, s, 0.5);
      const unsteered = binomial(from, baseline);
      for (let l = 0; l < lapses.count; l += 1) {
        const by = endOf(shape, from, lapse(placeIn(lapses, l, 0.5))) - from;
        let at = 0;
        for (let curve = 0; curve < curves; curve += 1) {
          for (let e = 0; e < etas; e += 1) logs[node + e] = unsteered + (priors[e] as number);
          for (let k = 0; k < positions.length; k += 1) {
            const place = tablePlace(from + by * (share[at] as number));
            const cell = Math.floor(place);
            const above = place - cell;
            const entry = k * stride + cell * etas;
            for (let e = 0; e < etas; e += 1) {
              logs[node + e] =
                (logs[node + e] as number) +
                (1 - above) * (tables[entry + e] as number) +
                above * (tables[entry + etas + e] as number);
            }
            at += 1;
          }
          node += etas;
        }
      }
    }
    return logs;
  };
}

/** S at every position: shape [logWidth][threshold][position], flat. */
function shares(positions: Float64Array, { logWidth, threshold }: Grid): Float64Array {
  const share = new Float64Array(logWidth.count * threshold.count * positions.length);
  let at = 0;
  for (let w = 0; w < logWidth.count; w += 1) {
    const slope = slopeOf(logWidth, w, 0.5);
    for (let m = 0; m < threshold.count; m += 1) {
      const middle = placeIn(threshold, m, 0.5);
      for (const x of positions) {
        share[at] = 1 / (1 + Math.exp(slope * (middle - x)));
        at += 1;
      }
    }
  }
  return share;
}

function startOf(cells: Cells, i: number, share: number): number {
  return Math.sin(placeIn(cells, i, share)) ** 2;
}

function slopeOf(cells: Cells, i: number, share: number): number {
  return WIDTH_LOGITS / Math.exp(placeIn(cells, i, share));
}

function endOf(shape: "rise" | "fall", start: number, lapse: number): number {
  return shape === "rise" ? Math.max(start, 1 - lapse) : start * lapse;
}

function binomial(p: number, { n, hits }: Counts): number {
  return n === 0 ? 0 : hits * Math.log(p) + (n - hits) * Math.log(1 - p);
}

function narrowed(grid: Grid, logs: Float64Array, support: Support): GridSpans {
  const { start, lapse, logWidth, threshold } = grid;
  const profiles = {
    start: new Float64Array(start.count).fill(Number.NEGATIVE_INFINITY),
    lapse: new Float64Array(lapse.count).fill(Number.NEGATIVE_INFINITY),
    logWidth: new Float64Array(logWidth.count).fill(Number.NEGATIVE_INFINITY),
    threshold: new Float64Array(threshold.count).fill(Number.NEGATIVE_INFINITY),
  };
  const etas = logs.length / (start.count * lapse.count * logWidth.count * threshold.count);
  let at = 0;
  for (let s = 0; s < start.count; s += 1) {
    for (let l = 0; l < lapse.count; l += 1) {
      let best = Number.NEGATIVE_INFINITY;
      for (let w = 0; w < logWidth.count; w += 1) {
        let steepest = Number.NEGATIVE_INFINITY;
        for (let m = 0; m < threshold.count; m += 1) {
          let value = logs[at] as number;
          for (let e = 1; e < etas; e += 1) value = Math.max(value, logs[at + e] as number);
          at += etas;
          if (value > (profiles.threshold[m] as number)) profiles.threshold[m] = value;
          if (value > steepest) steepest = value;
        }
        if (steepest > (profiles.logWidth[w] as number)) profiles.logWidth[w] = steepest;
        if (steepest > best) best = steepest;
      }
      if (best > (profiles.lapse[l] as number)) profiles.lapse[l] = best;
      if (best > (profiles.start[s] as number)) profiles.start[s] = best;
    }
  }
  // A curve steeper than the cells of the threshold misses its data for want of a node, not of mass.
  const tooSteep = (i: number) => Math.exp(placeIn(logWidth, i, 0.5)) < 3 * cellSize(threshold);
  return {
    start: massSpan(start, profiles.start, WHOLE_START),
    lapse: massSpan(lapse, profiles.lapse, WHOLE_LAPSE),
    logWidth: massSpan(logWidth, profiles.logWidth, support.logWidth, tooSteep),
    threshold: massSpan(threshold, profiles.threshold, support.threshold),
  };
}

/** Smallest ratio of a new span to its old one. */
function shrinkage(grid: Grid, spans: GridSpans): number {
  const ratio = (old: Span, now: Span) => (now.high - now.low) / (old.high - old.low);
  return Math.min(
    ratio(grid.start, spans.start),
    ratio(grid.lapse, spans.lapse),
    ratio(grid.logWidth, spans.logWidth),
    ratio(grid.threshold, spans.threshold),
  );
}

function posteriorOf(
  grid: Grid,
  logs: Float64Array,
  { shape, lapse = lapseQuantile }: PsychometricOptions,
  overdispersions: readonly Overdispersion[],
): PsychometricPosterior {
  const etas = overdispersions.length;
  const size = logs.length / etas;
  const weights = new Float64Array(size);
  const byEta = new Float64Array(etas);
  let best = Number.NEGATIVE_INFINITY;
  for (const value of logs) if (value > best) best = value;
  let total = 0;
  for (let i = 0; i < size; i += 1) {
    for (let e = 0; e < etas; e += 1) {
      const log = (logs[i * etas + e] as number) - best;
      if (log < NEGLIGIBLE) continue;
      const weight = Math.exp(log);
      weights[i] = (weights[i] as number) + weight;
      byEta[e] = (byEta[e] as number) + weight;
      total += weight;
    }
  }
  for (let i = 0; i < size; i += 1) weights[i] = (weights[i] as number) / total;
  const drawsAt = (indices: Int32Array, place: Random): PsychometricDraws => {
    const drawn = emptyDraws(indices.length);
    for (let i = 0; i < indices.length; i += 1) {
      let rest = indices[i] as number;
      drawn.threshold[i] = placeIn(grid.threshold, rest % grid.threshold.count, place());
      rest = Math.floor(rest / grid.threshold.count);
      drawn.slope[i] = slopeOf(grid.logWidth, rest % grid.logWidth.count, place());
      rest = Math.floor(rest / grid.logWidth.count);
      const loss = lapse(placeIn(grid.lapse, rest % grid.lapse.count, place()));
      const start = startOf(grid.start, Math.floor(rest / grid.lapse.count), place());
      drawn.start[i] = start;
      drawn.end[i] = endOf(shape, start, loss);
    }
    return drawn;
  };
  return {
    spans: grid,
    overdispersion: overdispersions.map(({ eta }, e) => ({ eta, weight: (byEta[e] as number) / total })),
    draws: (count, random) => drawsAt(stratified(weights, count, random), random),
  };
}

function emptyDraws(count: number): PsychometricDraws {
  return {
    threshold: new Float64Array(count),
    slope: new Float64Array(count),
    start: new Float64Array(count),
    end: new Float64Array(count),
  };
}

/** `count` indices with chances `weights` (summing to 1), one from each of as many equal strata, in random order. */
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
