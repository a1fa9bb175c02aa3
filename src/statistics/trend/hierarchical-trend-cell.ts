import { medianOf } from "../central-interval.js";
import { highestOf, lowestOf } from "../extremes.js";
import { meanOf, varianceOf } from "../moments.js";
import type { Draws } from "../posterior/window-draws.js";
import type { TrendCell } from "./trend-options.js";

type CellValue =
  | { readonly kind: "at"; readonly mean: number; readonly sd: number }
  | { readonly kind: "below" | "above"; readonly limit: number | null }
  /** Its ceiling is too low, which says nothing of how narrow it would be. */
  | { readonly kind: "never_steered" };

/** What is known about a width: a number with its noise, or a bound where at least half of the draws have a name. */
interface WidthDraws {
  /** Positions on the axis. */
  readonly onset: Draws;
  readonly collapse: Draws;
  readonly width: Draws;
  /** Positions between which ends were searched. */
  readonly range: { readonly from: number; readonly to: number };
}

/**
 * A window that never steers has no width, wherever it collapses. One whose collapse lies above the range is wider than from its onset to the range's top; the bottom is treated
 * likewise. Null where both ends are beyond the range, so that nothing is known.
 */
export function widthCell({ onset, collapse, width, range }: WidthDraws): CellValue | null {
  const start = sideOf(onset);
  const end = sideOf(collapse);
  if (start === null && end === null) return numberCell(width);
  if (start === "above") return { kind: "never_steered" };
  if (start !== null && end !== null) return null;
  const numbers = finite(start === null ? onset : collapse);
  if (numbers.length === 0) return null;
  const placed = medianOf(numbers);
  if (start === "below") return { kind: "above", limit: placed - range.from };
  return end === "above"
    ? { kind: "above", limit: range.to - placed }
    : { kind: "below", limit: range.from - placed };
}

/** Any other estimand; `placeBounds` takes its bound, where it has one, from the others. */
export function numberCell(draws: Draws): CellValue | null {
  const side = sideOf(draws);
  if (side !== null) return { kind: side, limit: null };
  const numbers = finite(draws);
  return numbers.length < 2
    ? null
    : { kind: "at", mean: meanOf(numbers), sd: Math.sqrt(varianceOf(numbers)) };
}

interface OfQuestion {
  readonly question: string;
}

/**
 * Gives each censored cell a bound: one without a limit lies beyond all numbers, and also below 0 if it lies below. Cells
 * that are never steered are left out, or, if `narrowest`, lie below 0 and below every number of their question.
 */
export function placeBounds<Of extends OfQuestion>(
  cells: readonly (Of & CellValue)[],
  narrowest: boolean,
): (Of & BoundedValue)[] {
  const numbersOf = (of: readonly (Of & CellValue)[]) =>
    of.flatMap((cell) => (cell.kind === "at" ? [cell.mean] : []));
  const numbers = numbersOf(cells);
  if (numbers.length === 0) return [];
  return cells.flatMap((cell): (Of & BoundedValue)[] => {
    if (cell.kind === "at") return [cell];
    if (cell.kind === "never_steered") {
      const own = numbersOf(cells.filter(({ question }) => question === cell.question));
      return narrowest ? [{ ...cell, kind: "below", limit: lowestOf([0, ...own]) }] : [];
    }
    const beyond = cell.kind === "below" ? lowestOf([0, ...numbers]) : highestOf(numbers);
    return [{ ...cell, limit: cell.limit ?? beyond }];
  });
}

type BoundedValue = Pick<TrendCell, "kind"> &
  (
    | { readonly kind: "at"; readonly mean: number; readonly sd: number }
    | { readonly kind: "below" | "above"; readonly limit: number }
  );

/** The side on which at least half of the draws lie beyond the numbers; null where they have numbers. */
function sideOf(draws: Draws): "below" | "above" | null {
  const share = (value: number) => draws.filter((draw) => draw === value).length / draws.length;
  if (share(Number.POSITIVE_INFINITY) >= 0.5) return "above";
  return share(Number.NEGATIVE_INFINITY) >= 0.5 ? "below" : null;
}

function finite(draws: Draws): Float64Array {
  return draws.filter((draw) => Number.isFinite(draw));
}
