import { type Counts, likelihoodTable, TABLE_LENGTH, tablePlace } from "./beta-binomial.js";
import { type Cells, cellSize, cellsOf, massSpan, placeIn } from "./grid-box.js";
import type { LapsePrior, Span, Support } from "./priors.js";
import { type PsychometricDraws, WIDTH_LOGITS } from "./psychometric.js";

export interface PositionedCounts extends Counts {
  readonly position: number;
}

/** `rise`: from its start to 1 - lapse. `fall`: from its start to lapse x start. */
export type Shape = "rise" | "fall";

/**
 * Coordinates: start and lapse are sin^2 of the first two, so that a rate's likelihood is about as wide wherever it lies.
 * The prior is flat in all of them but the lapse's, whose density has the factor `lapseDensity`.
 */
export type GridSpans = Readonly<Record<"start" | "lapse" | "logWidth" | "threshold", Span>>;

export type Grid = Readonly<Record<keyof GridSpans, Cells>>;

export interface GridModel {
  readonly shape: Shape;
  readonly lapse: LapsePrior;
  /** Unsteered samples; their counts are binomial. */
  readonly baseline: Counts;
  /** One point for each position. */
  readonly points: readonly PositionedCounts[];
}

export function wholeSpans({ threshold, logWidth }: Support): GridSpans {
  const rates = { low: 0, high: Math.PI / 2 };
  return { start: rates, lapse: rates, logWidth, threshold };
}

export function gridOf(spans: GridSpans, counts: Readonly<Record<keyof Grid, number>>): Grid {
  return {
    start: cellsOf(spans.start, counts.start),
    lapse: cellsOf(spans.lapse, counts.lapse),
    logWidth: cellsOf(spans.logWidth, counts.logWidth),
    threshold: cellsOf(spans.threshold, counts.threshold),
  };
}

/** The rate of a coordinate. */
export function rateOf(coordinate: number): number {
  return Math.sin(coordinate) ** 2;
}

/** Density of the lapse's coordinate, where the prior is that of its rate. */
export function lapseDensity(prior: LapsePrior, coordinate: number): number {
  return prior(rateOf(coordinate)) * Math.sin(2 * coordinate);
}

/** Log posterior densities (up to a constant) of a grid's nodes: shape [start][lapse][logWidth][threshold], flat. */
type Evaluate = (grid: Grid) => Float64Array;

/** Evaluates grids under one overdispersion. */
export function evaluator({ points, baseline, shape, lapse }: GridModel, eta: number): Evaluate {
  const tables = points.map((point) => likelihoodTable(point, eta));
  const table = new Float64Array(points.length * TABLE_LENGTH);
  tables.forEach((one, k) => {
    table.set(one, k * TABLE_LENGTH);
  });
  const positions = Float64Array.from(points, ({ position }) => position);
  return (grid) => {
    const { start, lapse: lapses, logWidth, threshold } = grid;
    const share = shares(positions, grid);
    const curves = logWidth.count * threshold.count;
    const logs = new Float64Array(start.count * lapses.count * curves);
    let node = 0;
    for (let s = 0; s < start.count; s += 1) {
      const from = startOf(start, s, 0.5);
      const unsteered = binomial(from, baseline);
      for (let l = 0; l < lapses.count; l += 1) {
        const coordinate = placeIn(lapses, l, 0.5);
        const by = endOf(shape, from, rateOf(coordinate)) - from;
        const first = unsteered + Math.log(lapseDensity(lapse, coordinate));
        let at = 0;
        for (let curve = 0; curve < curves; curve += 1) {
          let log = first;
          for (let k = 0; k < positions.length; k += 1) {
            const place = tablePlace(from + by * (share[at] as number));
            const cell = Math.floor(place);
            const entry = k * TABLE_LENGTH + cell;
            const low = table[entry] as number;
            log += low + (place - cell) * ((table[entry + 1] as number) - low);
            at += 1;
          }
          logs[node] = log;
          node += 1;
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
  return rateOf(placeIn(cells, i, share));
}

function slopeOf(cells: Cells, i: number, share: number): number {
  return WIDTH_LOGITS / Math.exp(placeIn(cells, i, share));
}

export function endOf(shape: Shape, start: number, lapse: number): number {
  return shape === "rise" ? Math.max(start, 1 - lapse) : start * lapse;
}

export function binomial(p: number, { n, hits }: Counts): number {
  return n === 0 ? 0 : hits * Math.log(p) + (n - hits) * Math.log(1 - p);
}

/** Log densities further below the best one than this are treated as no mass; start and lapse matter less. */
const NO_MASS = { nuisance: 7, place: 9 };

/**
 * The spans that hold the mass of a grid. `slack` multiplies how far below the best a node may lie: nodes of a grid whose
 * cells are wider than the likelihood miss its top by different amounts.
 */
export function narrowed(grid: Grid, logs: Float64Array, support: Support, slack: number): GridSpans {
  const { start, lapse, logWidth, threshold } = grid;
  const whole = wholeSpans(support);
  const profiles = profilesOf(grid, logs);
  // A curve steeper than the threshold's cells misses its data for lack of a node, not of mass.
  const tooSteep = (i: number) => Math.exp(placeIn(logWidth, i, 0.5)) < 3 * cellSize(threshold);
  return {
    start: massSpan(start, profiles.start, whole.start, slack * NO_MASS.nuisance),
    lapse: massSpan(lapse, profiles.lapse, whole.lapse, slack * NO_MASS.nuisance),
    logWidth: massSpan(logWidth, profiles.logWidth, whole.logWidth, slack * NO_MASS.place, tooSteep),
    threshold: massSpan(threshold, profiles.threshold, whole.threshold, slack * NO_MASS.place),
  };
}

/** The best log likelihood at each place of each parameter, over the others. */
function profilesOf(grid: Grid, logs: Float64Array): Readonly<Record<keyof Grid, Float64Array>> {
  const { start, lapse, logWidth, threshold } = grid;
  const least = ({ count }: Cells) => new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  const profiles = {
    start: least(start),
    lapse: least(lapse),
    logWidth: least(logWidth),
    threshold: least(threshold),
  };
  const raise = (profile: Float64Array, i: number, value: number) => {
    if (value > (profile[i] as number)) profile[i] = value;
  };
  let at = 0;
  for (let s = 0; s < start.count; s += 1) {
    for (let l = 0; l < lapse.count; l += 1) {
      for (let w = 0; w < logWidth.count; w += 1) {
        let best = Number.NEGATIVE_INFINITY;
        for (let m = 0; m < threshold.count; m += 1) {
          const value = logs[at] as number;
          at += 1;
          raise(profiles.threshold, m, value);
          if (value > best) best = value;
        }
        raise(profiles.logWidth, w, best);
        raise(profiles.lapse, l, best);
        raise(profiles.start, s, best);
      }
    }
  }
  return profiles;
}

/** Smallest ratio of a new span to its old one. */
export function shrinkage(grid: GridSpans, spans: GridSpans): number {
  const ratio = (old: Span, now: Span) => (now.high - now.low) / (old.high - old.low);
  return Math.min(
    ratio(grid.start, spans.start),
    ratio(grid.lapse, spans.lapse),
    ratio(grid.logWidth, spans.logWidth),
    ratio(grid.threshold, spans.threshold),
  );
}

/** A point of the parameter space. */
export type Point = Readonly<Record<keyof Grid, number>>;

/** The point at `place` (0 to 1 within each cell) of a grid's node. */
export function pointIn(grid: Grid, node: number, place: () => number): Point {
  const { start, lapse, logWidth, threshold } = grid;
  const at = placeIn(threshold, node % threshold.count, place());
  let rest = Math.floor(node / threshold.count);
  const width = placeIn(logWidth, rest % logWidth.count, place());
  rest = Math.floor(rest / logWidth.count);
  const loss = placeIn(lapse, rest % lapse.count, place());
  return {
    threshold: at,
    logWidth: width,
    lapse: loss,
    start: placeIn(start, Math.floor(rest / lapse.count), place()),
  };
}

/** Writes the function at a point into `draws[i]`. */
export function writeDraw(point: Point, shape: Shape, draws: PsychometricDraws, i: number): void {
  const from = rateOf(point.start);
  draws.threshold[i] = point.threshold;
  draws.slope[i] = WIDTH_LOGITS / Math.exp(point.logWidth);
  draws.start[i] = from;
  draws.end[i] = endOf(shape, from, rateOf(point.lapse));
}
