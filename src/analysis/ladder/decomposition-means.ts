import { centralInterval } from "../../statistics/central-interval.js";
import type { Decomposition } from "../../statistics/decomposition/decomposition.js";
import { lowestOf } from "../../statistics/extremes.js";
import type { Interval } from "../../statistics/interval.js";
import { meanOf } from "../../statistics/moments.js";
import type { DecompositionRow } from "./decomposition-rows.js";
import { rungsOf } from "./ladder-window.js";

export const DECOMPOSITION_TERMS = ["width", "specificity", "tolerance", "onset", "unexplained"] as const;
export type DecompositionTerm = (typeof DECOMPOSITION_TERMS)[number];

/** The mean of a term over questions at one model, octaves. */
interface TermMean extends Interval {
  readonly model: string;
  readonly mean: number;
}

export type TermMeans = Readonly<Record<DecompositionTerm, readonly TermMean[]>>;

/** Share of a window's draws that may be names; they are left out. */
const MOST_NAMED = 0.05;

/** Means at each rung that has any, smallest first, over the questions with numbers at all such rungs. */
export function termMeans(rows: readonly DecompositionRow[], confidence: number): TermMeans {
  const of = (term: DecompositionTerm) => meansOf(term, rows, confidence);
  return {
    width: of("width"),
    specificity: of("specificity"),
    tolerance: of("tolerance"),
    onset: of("onset"),
    unexplained: of("unexplained"),
  };
}

function meansOf(term: DecompositionTerm, rows: readonly DecompositionRow[], confidence: number): TermMean[] {
  const numbered = rows.filter(({ draws }) => numbersOf(draws[term]) !== null);
  // A model without a number in any question takes no other's mean away.
  const models = new Set(numbered.map(({ window }) => window.model));
  const open = new Set(
    rows
      .filter((row) => models.has(row.window.model) && !numbered.includes(row))
      .map(({ window }) => window.question),
  );
  return rungsOf(rows.map(({ window }) => window)).flatMap(({ model }) => {
    const own = numbered.filter(({ window }) => window.model === model && !open.has(window.question));
    const mean = meanDraws(own.flatMap(({ draws }) => [numbersOf(draws[term]) ?? []]));
    return mean === null ? [] : [{ model, mean: meanOf(mean), ...centralInterval(mean, confidence) }];
  });
}

/** The draws that are numbers; null where too many are not. */
function numbersOf(draws: Decomposition[DecompositionTerm]): readonly number[] | null {
  const numbers = (draws ?? []).filter((draw) => typeof draw === "number");
  return draws === null || numbers.length < (1 - MOST_NAMED) * draws.length ? null : numbers;
}

/** Draws of the mean over windows; null without any. */
function meanDraws(windows: readonly (readonly number[])[]): Float64Array | null {
  if (windows.length === 0) return null;
  const count = lowestOf(windows.map(({ length }) => length));
  return Float64Array.from({ length: count }, (_, i) => meanOf(windows.map((own) => own[i] ?? 0)));
}
