import { randomIndex, seededRandom } from "../../util/random.js";
import { centralInterval } from "../central-interval.js";
import { lowestOf } from "../extremes.js";
import { LEAST_CLUSTERS } from "../fit/bootstrap.js";
import type { Interval } from "../interval.js";
import { meanOf } from "../moments.js";
import type { Decomposition } from "./decomposition.js";
import type { TermDraw } from "./decomposition-terms.js";

/** The terms of a change of width; each enters with the sign that makes them add up to it. */
const CHANGE_TERMS = ["specificity", "tolerance", "margin", "gain", "unexplained"] as const;
type ChangeTerm = (typeof CHANGE_TERMS)[number];

/** What one term adds to the change of the width, octaves: mean over draws and its intervals. */
export interface TermChange {
  readonly mean: number;
  /** For these questions. */
  readonly these: Interval;
  /** For questions like these; null for fewer than 20. */
  readonly likeThese: Interval | null;
}

/**
 * How the mean width over questions changes from one rung to another, and through which terms. Specificity, tolerance
 * and a larger gain add to it; a larger margin and a later unexplained onset subtract. The means add up exactly.
 * Questions that lack a number at either rung are left out.
 */
export interface LadderChange {
  readonly questions: number;
  readonly leftOut: number;
  readonly width: TermChange;
  /** `margin`, `gain` and `unexplained` are null where no onset is predicted for some question; `onset` is their sum. */
  readonly terms: Readonly<Record<ChangeTerm, TermChange | null>>;
  readonly onset: TermChange;
}

interface QuestionPair {
  readonly from: Decomposition;
  readonly to: Decomposition;
}

type Term = ChangeTerm | "width" | "onset";

/** Share of a window's draws that may be names; such draws are left out of the change. */
const MOST_NAMED = 0.05;

/** Null where no question has numbers at both rungs. `key` seeds the drawing of questions. */
export function ladderChange(
  pairs: readonly QuestionPair[],
  confidence: number,
  key: string,
): LadderChange | null {
  const placed = pairs.filter(({ from, to }) => isPlaced(from) && isPlaced(to));
  if (placed.length === 0) return null;
  const explained = placed.every(
    ({ from, to }) => from.predicted.name === "at" && to.predicted.name === "at",
  );
  const of = (term: Term) =>
    changeOf(
      placed.map((pair) => changes(pair, term)),
      confidence,
      key,
    );
  return {
    questions: placed.length,
    leftOut: pairs.length - placed.length,
    width: of("width"),
    terms: {
      specificity: of("specificity"),
      tolerance: of("tolerance"),
      margin: explained ? of("margin") : null,
      gain: explained ? of("gain") : null,
      unexplained: explained ? of("unexplained") : null,
    },
    onset: of("onset"),
  };
}

function isPlaced({ width, specificity }: Decomposition): boolean {
  if (specificity === null) return false;
  return [width, specificity].every(
    (draws) => draws.filter((draw) => typeof draw !== "number").length <= MOST_NAMED * draws.length,
  );
}

function changes({ from, to }: QuestionPair, term: Term): number[] {
  const before = contributions(from, term);
  const after = contributions(to, term);
  // Draws are exchangeable, so those that are numbers at both rungs may be paired in order.
  return Array.from(
    { length: Math.min(before.length, after.length) },
    (_, i) => (after[i] ?? 0) - (before[i] ?? 0),
  );
}

/** What the term adds to the width, for the draws in which every end is a number. */
function contributions(of: Decomposition, term: Term): number[] {
  const kept = of.width.flatMap((width, i) => {
    const parts = [width, of.specificity?.[i], of.tolerance?.[i], of.onset[i]];
    return parts.every((part) => typeof part === "number") ? [i] : [];
  });
  const read = (draws: readonly TermDraw[] | null, sign: number) =>
    kept.map((i) => {
      const draw = draws?.[i];
      return typeof draw === "number" ? sign * draw : 0;
    });
  const { predicted } = of;
  const fixed = (value: number) => kept.map(() => value);
  if (term === "margin") return fixed(predicted.name === "at" ? -predicted.logMargin : 0);
  if (term === "gain") return fixed(predicted.name === "at" ? predicted.logGain : 0);
  if (term === "onset" || term === "unexplained") return read(of[term], -1);
  return read(of[term], 1);
}

function changeOf(questions: readonly (readonly number[])[], confidence: number, key: string): TermChange {
  const count = lowestOf(questions.map(({ length }) => length));
  // The same questions are drawn for every term, so that the terms' draws add up too.
  const random = seededRandom(key);
  const all = questions.map((_, i) => i);
  const meanOver = (chosen: readonly number[], draw: number) =>
    chosen.reduce((sum, i) => sum + (questions[i]?.[draw] ?? 0), 0) / chosen.length;
  const these = Array.from({ length: count }, (_, draw) => meanOver(all, draw));
  const redrawn = Array.from({ length: questions.length >= LEAST_CLUSTERS ? count : 0 }, (_, draw) =>
    meanOver(
      Array.from({ length: questions.length - 1 }, () => randomIndex(random, questions.length)),
      draw,
    ),
  );
  return {
    mean: meanOf(these),
    these: centralInterval(these, confidence),
    likeThese: redrawn.length === 0 ? null : centralInterval(redrawn, confidence),
  };
}
