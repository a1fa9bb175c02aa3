import type { Random } from "../../util/random.js";
import { highestOf, lowestOf } from "../extremes.js";
import type { Counts } from "./beta-binomial.js";
import { cellSize } from "./grid-box.js";
import { efficiency, importanceDraws, type Part, type Proposal, proposalOf } from "./importance-draws.js";
import {
  type LapsePrior,
  lapsePrior,
  OVERDISPERSIONS,
  type Overdispersion,
  type Span,
  type Support,
} from "./priors.js";
import type { PsychometricDraws } from "./psychometric.js";
import {
  evaluator,
  type GridModel,
  type GridSpans,
  gridOf,
  narrowed,
  type PositionedCounts,
  type Shape,
  shrinkage,
  wholeSpans,
} from "./psychometric-grid.js";

export type { GridSpans, PositionedCounts } from "./psychometric-grid.js";

export interface PsychometricOptions {
  readonly support: Support;
  /** Unsteered samples: they and the lowest strengths determine where the curve starts. */
  readonly baseline: Counts;
  /** `rise`: from its start to 1 - lapse. `fall`: from its start to lapse x start. */
  readonly shape: Shape;
  /** `lapsePrior` where absent. */
  readonly lapse?: LapsePrior;
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
  /** Draws weighed by the exact density, so that the grid does not show; in random order. */
  draws(count: number, random: Random): PsychometricDraws;
}

/** Cells of the coarse passes and of the last, by parameter. */
const COARSE = { start: 4, lapse: 5, logWidth: 6, threshold: 16 };
const FINE = { start: 4, lapse: 6, logWidth: 9, threshold: 28 };
const MOST_PASSES = 14;
/** Narrowing stops when no parameter's span becomes smaller than this share of itself. */
const NARROW_ENOUGH = 0.8;
/** Where the last grid shows that the mass is in less than this share of a span, it is laid out again. */
const FINE_ENOUGH = 0.6;
const MOST_LAYOUTS = 3;
/** Samples at which a coarse grid's cells are about as wide as the likelihood. With more, passes begin with slack. */
const COARSE_SAMPLES = 40;
/** An overdispersion less probable than this does not widen the spans. */
const UNLIKELY = 0.02;
/** A grid that proposes less efficiently is laid out again, finer by this factor in every parameter. */
const EFFICIENT = 0.25;
const FINER = 1.6;

/**
 * Posterior of a psychometric function (Schuett et al. 2016) given beta-binomial counts at some positions. Each
 * overdispersion has its own grid: coarse passes narrow it to where the mass is, and the last pass fills it. Draws are
 * proposed by the grids and weighed by the exact density. The order of the data does not matter.
 */
export function psychometricPosterior(
  data: readonly PositionedCounts[],
  options: PsychometricOptions,
): PsychometricPosterior {
  const { shape, baseline, support, fineness = 1, lapse = lapsePrior } = options;
  const model: GridModel = { shape, baseline, lapse, points: merged(data) };
  const overdispersions = options.overdispersions ?? OVERDISPERSIONS;
  let proposal = proposalAt(model, overdispersions, support, fineness);
  if (efficiency(proposal, model) < EFFICIENT) {
    proposal = proposalAt(model, overdispersions, support, FINER * fineness);
  }
  const { parts, shares } = proposal;
  const likely = parts.filter((_, e) => (shares[e] as number) >= UNLIKELY).map(({ grid }) => grid);
  return {
    spans: hull(likely),
    overdispersion: parts.map(({ eta }, e) => ({ eta, weight: shares[e] as number })),
    draws: (count, random) => importanceDraws(proposal, model, count, random),
  };
}

function proposalAt(
  model: GridModel,
  overdispersions: readonly Overdispersion[],
  support: Support,
  fineness: number,
): Proposal {
  // More overdispersion spreads the mass wider, so each grid starts from the spans of the next larger overdispersion.
  const parts: Part[] = [];
  let from = wholeSpans(support);
  for (const one of overdispersions.toSorted((a, b) => b.eta - a.eta)) {
    const part = partOf(model, one, from, support, fineness);
    parts.push(part);
    from = part.grid;
  }
  return proposalOf(parts);
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
  let slack = Math.max(1, samplesOf(model) / COARSE_SAMPLES);
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    const grid = gridOf(spans, COARSE);
    spans = narrowed(grid, evaluate(grid), support, slack);
    if (slack === 1 && shrinkage(grid, spans) > NARROW_ENOUGH) break;
    slack = Math.max(1, slack / 4);
  }
  const counts = {
    start: Math.round(FINE.start * fineness),
    lapse: Math.round(FINE.lapse * fineness),
    logWidth: Math.round(FINE.logWidth * fineness),
    threshold: Math.round(FINE.threshold * fineness),
  };
  let grid = gridOf(spans, counts);
  let logs = evaluate(grid);
  for (let layout = 1; layout < MOST_LAYOUTS; layout += 1) {
    spans = narrowed(grid, logs, support, 1);
    if (shrinkage(grid, spans) > FINE_ENOUGH) break;
    grid = gridOf(spans, counts);
    logs = evaluate(grid);
  }
  const { start, lapse, logWidth, threshold } = grid;
  const volume = cellSize(start) * cellSize(lapse) * cellSize(logWidth) * cellSize(threshold);
  return { eta, grid, logs, logVolume: Math.log(volume), logPrior: Math.log(weight) };
}

function samplesOf({ points, baseline }: GridModel): number {
  return points.reduce((sum, { n }) => sum + n, baseline.n);
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
