import { centralInterval, medianOf } from "../central-interval.js";
import type { Interval } from "../interval.js";
import { meanOf, varianceOf } from "../moments.js";
import { type Chains, sampleTrend } from "./hierarchical-trend-sampler.js";
import type { TrendCell, TrendOptions } from "./trend-options.js";

/** Posterior of one sd: median and interval. */
export interface SpreadPosterior extends Interval {
  readonly median: number;
}

/** Standard deviations of the sources of variation, in the estimand's unit; null where the data cannot separate one. */
interface TrendSpreads {
  /** Between questions, the same at all rungs. */
  readonly question: SpreadPosterior | null;
  /** Of the rungs about the line, the same for all questions: training seed and everything else except size. */
  readonly rung: SpreadPosterior;
  /** Of a question at a rung; null with a single question, where it cannot be separated from `rung`. */
  readonly interaction: SpreadPosterior | null;
  /** Between vectors fitted to resampled statements; null where no window has several. */
  readonly vector: SpreadPosterior | null;
}

export interface SlopePosterior extends Interval {
  readonly mean: number;
  readonly sd: number;
  /** P(slope < 0). */
  readonly negative: number;
}

export type HierarchicalTrend =
  | {
      readonly kind: "fitted";
      /** Per doubling of parameters, in the estimand's unit. */
      readonly slope: SlopePosterior;
      readonly spreads: TrendSpreads;
      /** The slope under priors on the rungs' sd that are half and twice as wide. */
      readonly sensitivity: readonly { readonly scale: number; readonly slope: SlopePosterior }[];
      readonly rungs: number;
      readonly questions: number;
      readonly cells: { readonly at: number; readonly below: number; readonly above: number };
      /** Effective number of the slope's draws over all chains, and its split R-hat. */
      readonly effectiveDraws: number;
      readonly rHat: number;
      readonly chains: Chains;
    }
  | { readonly kind: "not_fitted"; readonly reason: string };

/** Chains with a split R-hat of this or more have not mixed: they are run again, twice as long, up to four times. */
export const MIXED = 1.01;
const MOST_LONGER = 4;

/** With fewer rungs, a slope cannot be distinguished from the rungs' own spread. */
const LEAST_RUNGS = 3;

/**
 * y = a_question + slope (log2 parameters - mean) + u_rung + e_question,rung + v_vector, observed with known noise. The
 * rung effect makes n rungs count as n points, whatever the number of questions.
 */
export function hierarchicalTrend(cells: readonly TrendCell[], options: TrendOptions): HierarchicalTrend {
  const endless = cells.find(
    (cell) => !(cell.kind === "at" ? [cell.mean, cell.sd] : [cell.limit]).every(Number.isFinite),
  );
  if (endless !== undefined)
    throw new RangeError(`hierarchicalTrend: ${endless.question} on ${endless.model} is not finite`);
  const models = new Map(cells.map(({ model, parameters }) => [model, parameters]));
  if (new Set(models.values()).size < LEAST_RUNGS) {
    const rungs = models.size === 1 ? "1 rung is" : `${models.size} rungs are`;
    return { kind: "not_fitted", reason: `${rungs} too few for a slope` };
  }
  const count = (kind: TrendCell["kind"]) => cells.filter((cell) => cell.kind === kind).length;
  if (count("at") < LEAST_RUNGS) {
    return { kind: "not_fitted", reason: `${count("at")} windows with a number are too few for a slope` };
  }
  const { scale, confidence } = options;
  let longer = options;
  let chains = sampleTrend(cells, scale, longer);
  while (mixing(chains.slope).rHat >= MIXED && longer.draws < MOST_LONGER * options.draws) {
    longer = { ...longer, draws: 2 * longer.draws };
    chains = sampleTrend(cells, scale, longer);
  }
  const sensitivity = [scale / 2, scale * 2].map((other) => ({
    scale: other,
    slope: slopeOf(sampleTrend(cells, other, longer).slope, confidence),
  }));
  const spread = (draws: readonly Float64Array[] | null) =>
    draws === null ? null : spreadOf(draws, confidence);
  return {
    kind: "fitted",
    slope: slopeOf(chains.slope, confidence),
    spreads: {
      question: spread(chains.question),
      rung: spreadOf(chains.rung, confidence),
      interaction: spread(chains.interaction),
      vector: spread(chains.vector),
    },
    sensitivity,
    rungs: models.size,
    questions: new Set(cells.map(({ question }) => question)).size,
    cells: { at: count("at"), below: count("below"), above: count("above") },
    ...mixing(chains.slope),
    chains,
  };
}

/** The slope alone, under the stated prior; the cells must be ones that `hierarchicalTrend` fits. */
export function trendSlope(cells: readonly TrendCell[], options: TrendOptions): SlopePosterior {
  return slopeOf(sampleTrend(cells, options.scale, options).slope, options.confidence);
}

function slopeOf(chains: readonly Float64Array[], confidence: number): SlopePosterior {
  const all = joined(chains);
  return {
    mean: meanOf(all),
    sd: Math.sqrt(varianceOf(all)),
    negative: all.filter((slope) => slope < 0).length / all.length,
    ...centralInterval(all, confidence),
  };
}

function spreadOf(chains: readonly Float64Array[], confidence: number): SpreadPosterior {
  const all = joined(chains);
  return { median: medianOf(all), ...centralInterval(all, confidence) };
}

/** Draws of all chains, one chain after another. */
export function joined(chains: readonly Float64Array[]): Float64Array {
  return Float64Array.from(chains.flatMap((chain) => [...chain]));
}

/** Split R-hat (Gelman et al., Bayesian Data Analysis, 3rd ed., 11.4), and draws by batch means of 1/20 of a chain. */
function mixing(chains: readonly Float64Array[]): { readonly effectiveDraws: number; readonly rHat: number } {
  const halves = chains.flatMap((chain) => pieces(chain, 2));
  const within = meanOf(halves.map(varianceOf));
  const length = halves[0]?.length ?? 1;
  const between = varianceOf(halves.map(meanOf));
  const total = joined(chains).length;
  const batches = chains.flatMap((chain) => pieces(chain, 20));
  const ofMean = varianceOf(batches.map(meanOf)) / batches.length;
  return {
    rHat: within === 0 ? 1 : Math.sqrt((length - 1) / length + between / within),
    effectiveDraws: ofMean === 0 ? total : Math.min(total, Math.round(varianceOf(joined(chains)) / ofMean)),
  };
}

function pieces(chain: Float64Array, count: number): Float64Array[] {
  const length = Math.floor(chain.length / count);
  return Array.from({ length: count }, (_, i) => chain.subarray(i * length, (i + 1) * length));
}
