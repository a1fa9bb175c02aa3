import type { Analysis } from "../../config/experiment.js";
import { centralInterval } from "../../statistics/central-interval.js";
import { lowestOf } from "../../statistics/extremes.js";
import type { Interval } from "../../statistics/interval.js";
import { meanOf } from "../../statistics/moments.js";
import { type LadderWindow, rungsOf } from "./ladder-window.js";
import { type Estimand, estimandDraws } from "./trend-cells.js";

export interface ContrastDifference extends Interval {
  readonly mean: number;
  /** Questions whose draws are numbers with both methods. */
  readonly questions: number;
}

/** A method against another at one model, as frozen in the config; mean over questions, paired by question. */
export interface ContrastRow {
  readonly method: string;
  readonly against: string;
  readonly model: string;
  readonly capability: string;
  readonly width: ContrastDifference | null;
  readonly frontier: ContrastDifference | null;
}

/** Share of a window's draws that may be no numbers. */
const MOST_NAMED = 0.05;

/** Only the pairs named in the analysis; the i-th draws of the two methods are paired. */
export function contrastRows(
  windows: readonly LadderWindow[],
  { contrasts, frontier_loss, confidence }: Pick<Analysis, "contrasts" | "frontier_loss" | "confidence">,
): ContrastRow[] {
  return contrasts.flatMap(({ method, against }) =>
    [...new Set(windows.map(({ capability }) => capability))].flatMap((capability) =>
      rungsOf(windows).map(({ model }): ContrastRow => {
        // Of several layers the first in a method's list stands for it.
        const of = (name: string) =>
          windows.filter(
            (window) =>
              window.method === name &&
              window.model === model &&
              window.capability === capability &&
              window.slot === 0,
          );
        const difference = (estimand: Estimand) =>
          differenceOf(of(method), of(against), estimand, frontier_loss, confidence);
        return {
          method,
          against,
          model,
          capability,
          width: difference("width"),
          frontier: difference("frontier"),
        };
      }),
    ),
  );
}

function differenceOf(
  own: readonly LadderWindow[],
  others: readonly LadderWindow[],
  estimand: Estimand,
  loss: number,
  confidence: number,
): ContrastDifference | null {
  const pairs = own.flatMap((window) => {
    const other = others.find(({ question }) => question === window.question);
    const [a, b] = [
      numbers(window, estimand, loss),
      other === undefined ? null : numbers(other, estimand, loss),
    ];
    return a === null || b === null ? [] : [{ a, b }];
  });
  if (pairs.length === 0) return null;
  const count = lowestOf(pairs.flatMap(({ a, b }) => [a.length, b.length]));
  const draws = Float64Array.from({ length: count }, (_, i) =>
    meanOf(pairs.map(({ a, b }) => (a[i] ?? 0) - (b[i] ?? 0))),
  );
  return { mean: meanOf(draws), ...centralInterval(draws, confidence), questions: pairs.length };
}

/** Null where too few of the draws are numbers, and for widths in strengths, which have no octaves. */
function numbers(window: LadderWindow, estimand: Estimand, loss: number): Float64Array | null {
  if (estimand !== "frontier" && window.these.axis !== "log") return null;
  const draws = estimandDraws(window, window.these, estimand, loss);
  if (draws === null) return null;
  const finite = draws.filter((draw) => Number.isFinite(draw));
  return finite.length < (1 - MOST_NAMED) * draws.length ? null : finite;
}
