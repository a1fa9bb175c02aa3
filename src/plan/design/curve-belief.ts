import type { Count } from "./counts.js";

/** One psychometric curve: `low + (high - low) S(x)` with S logistic, from .05 to .95 within `width` about `middle`. */
export interface CurveDraw {
  readonly middle: number;
  readonly width: number;
  /** Rate far below the middle. */
  readonly before: number;
  /** Rate far above it. */
  readonly after: number;
}

/** Values that the plateaus before and after the change may take, with prior weights. */
export interface Plateau {
  readonly before: number;
  readonly after: number;
  readonly weight: number;
}

export interface CurvePrior {
  /** Middles lie between these, evenly. */
  readonly low: number;
  readonly high: number;
  /** Widths from .05 to .95 that are thought of, ascending. */
  readonly widths: readonly number[];
  readonly plateaus: readonly Plateau[];
}

const STEEPNESS = 2 * Math.log(19);
const COARSE = 48;
const FINE = 40;
/** Middles whose weight is below this share of the best are not refined. */
const NEGLIGIBLE = 1e-4;
const RATE_FLOOR = 1e-3;

export function rateAt({ middle, width, before, after }: CurveDraw, x: number): number {
  return before + (after - before) / (1 + Math.exp((-STEEPNESS / width) * (x - middle)));
}

/** Where a curve has a rate between its plateaus; NaN-free only there. */
export function positionOfRate({ middle, width, before, after }: CurveDraw, rate: number): number {
  const share = (rate - before) / (after - before);
  return middle + (width / STEEPNESS) * Math.log(share / (1 - share));
}

interface Cell extends CurveDraw {
  readonly weight: number;
  readonly spacing: number;
}

/**
 * Draws from the posterior of one curve on a grid of its middles, widths and plateaus: coarse first, then fine where the
 * weight lies. Systematic, so that few draws stand for the whole; `shift` in [0, 1) moves the comb.
 */
export function drawCurves(
  counts: readonly Count[],
  prior: CurvePrior,
  draws: number,
  shift: number,
): CurveDraw[] {
  const coarse = weigh(counts, prior, spread(prior.low, prior.high, COARSE));
  const best = coarse.reduce((most, { weight }) => Math.max(most, weight), 0);
  const kept = coarse.filter(({ weight }) => weight > NEGLIGIBLE * best);
  const spacing = (prior.high - prior.low) / COARSE;
  const low = kept.reduce((least, { middle }) => Math.min(least, middle), prior.high) - spacing;
  const high = kept.reduce((most, { middle }) => Math.max(most, middle), prior.low) + spacing;
  const fine = weigh(counts, prior, spread(Math.max(prior.low, low), Math.min(prior.high, high), FINE));
  return comb(fine, draws, shift);
}

function spread(low: number, high: number, n: number): { middles: number[]; spacing: number } {
  const spacing = (high - low) / n;
  return { spacing, middles: Array.from({ length: n }, (_, i) => low + (i + 0.5) * spacing) };
}

function weigh(
  counts: readonly Count[],
  { widths, plateaus }: CurvePrior,
  { middles, spacing }: { middles: readonly number[]; spacing: number },
): Cell[] {
  const cells: (CurveDraw & { log: number })[] = [];
  const shares = new Float64Array(counts.length);
  for (const width of widths) {
    for (const middle of middles) {
      counts.forEach(({ x }, i) => {
        shares[i] = 1 / (1 + Math.exp((-STEEPNESS / width) * (x - middle)));
      });
      for (const { before, after, weight } of plateaus) {
        let log = Math.log(weight);
        for (let i = 0; i < counts.length; i += 1) {
          const count = counts[i];
          if (count === undefined) continue;
          const rate = before + (after - before) * (shares[i] ?? 0);
          const p = Math.min(1 - RATE_FLOOR, Math.max(RATE_FLOOR, rate));
          log += count.hits * Math.log(p) + (count.n - count.hits) * Math.log(1 - p);
        }
        cells.push({ middle, width, before, after, log });
      }
    }
  }
  const most = cells.reduce((max, { log }) => Math.max(max, log), Number.NEGATIVE_INFINITY);
  return cells.map(({ log, ...draw }) => ({ ...draw, spacing, weight: Math.exp(log - most) }));
}

/** Every draw stands for the same weight; middles lie within their grid cell, so that they are not all on its centre. */
function comb(cells: readonly Cell[], draws: number, shift: number): CurveDraw[] {
  const total = cells.reduce((sum, { weight }) => sum + weight, 0);
  const drawn: CurveDraw[] = [];
  let passed = 0;
  let i = 0;
  for (let d = 0; d < draws; d += 1) {
    const goal = ((d + shift) / draws) * total;
    while (i < cells.length - 1 && passed + (cells[i]?.weight ?? 0) < goal) {
      passed += cells[i]?.weight ?? 0;
      i += 1;
    }
    const cell = cells[i];
    if (cell === undefined) break;
    const within = ((d * 0.618034 + shift) % 1) - 0.5;
    drawn.push({
      middle: cell.middle + within * cell.spacing,
      width: cell.width,
      before: cell.before,
      after: cell.after,
    });
  }
  return drawn;
}
