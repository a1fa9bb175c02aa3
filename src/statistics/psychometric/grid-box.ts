import type { Span } from "./priors.js";

/** Equal cells over a span; a node is the middle of its cell. */
export interface Cells extends Span {
  readonly count: number;
}

export function cellsOf({ low, high }: Span, count: number): Cells {
  return { low, high, count };
}

export function cellSize({ low, high, count }: Cells): number {
  return (high - low) / count;
}

/** The place `share` (0 to 1) of the way through cell i. */
export function placeIn(cells: Cells, i: number, share: number): number {
  return cells.low + (i + share) * cellSize(cells);
}

/**
 * The span of the cells whose profile (best log density over all other parameters) is within `depth` of the best one,
 * extended to the first node on either side that is not, within `support`. `exempt` cells are always kept.
 */
export function massSpan(
  cells: Cells,
  profile: Float64Array,
  support: Span,
  depth: number,
  exempt: (i: number) => boolean = () => false,
): Span {
  let best = Number.NEGATIVE_INFINITY;
  for (const value of profile) best = Math.max(best, value);
  let first = cells.count;
  let last = -1;
  for (let i = 0; i < cells.count; i += 1) {
    if ((profile[i] as number) < best - depth && !exempt(i)) continue;
    first = Math.min(first, i);
    last = i;
  }
  return {
    low: Math.max(support.low, placeIn(cells, first, -0.5)),
    high: Math.min(support.high, placeIn(cells, last, 1.5)),
  };
}
