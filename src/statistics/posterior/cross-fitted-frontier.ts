import { highestOf, lowestOf } from "../extremes.js";
import { meanOf } from "../moments.js";
import type { Axis } from "../series.js";
import { position } from "../series.js";
import { type JointCurves, keptAt, targetAt, unsteeredTarget } from "./joint-curves.js";
import { median, plainInterval } from "./summaries.js";
import type { Draws } from "./window-draws.js";

/** One question's drawn curves, and how a strength common to all questions converts to its unit. */
export interface QuestionCurves {
  readonly question: string;
  readonly axis: Axis;
  readonly curves: JointCurves;
  /** The curve's strength for one unit of the common strength: 1 where both have the same unit. */
  readonly perUnit: number;
}

/** One half of the questions, steered at the strength that was best on the other. */
interface FrontierHalf {
  readonly questions: readonly string[];
  /** In the common unit; null: no steering was best. */
  readonly strength: number | null;
  /** Mean strict target rate. */
  readonly rate: number;
  /** Mean share of the baseline's capability that is kept. */
  readonly kept: number;
}

export interface CrossFittedFrontier {
  readonly loss: number;
  readonly halves: readonly [FrontierHalf, FrontierHalf];
  /** Median of the mean over the questions, each at the strength that the other half chose. */
  readonly rate: number;
  readonly low: number;
  readonly high: number;
  /** Draws of that mean; minus a control's, they give the gain. */
  readonly draws: Draws;
}

/**
 * Frontiers of a set of questions, one for each loss, whose strength is not chosen on the questions they are reported
 * on. `strengths` (common unit) are compared on one half by the mean target rate among those whose mean capability keeps
 * 1 - loss, and the best is reported on the other half; then the halves are swapped. Halves are every second question by
 * id. The interval is for these questions and does not include the choice. Null for fewer than two questions.
 */
export function crossFittedFrontiers(
  questions: readonly QuestionCurves[],
  strengths: readonly number[],
  losses: readonly number[],
  confidence: number,
): CrossFittedFrontier[] | null {
  const sorted = questions.toSorted((a, b) => (a.question < b.question ? -1 : 1));
  const even = sorted.filter((_, i) => i % 2 === 0);
  const odd = sorted.filter((_, i) => i % 2 === 1);
  if (odd.length === 0) return null;
  const count = lowestOf(questions.map(({ curves }) => curves.count));
  const least = 1 - highestOf(losses);
  const bestOfOdd = comparison(odd, strengths, least, count);
  const bestOfEven = comparison(even, strengths, least, count);
  return losses.map((loss) => {
    const first = reportedAt(even, bestOfOdd(loss), count);
    const second = reportedAt(odd, bestOfEven(loss), count);
    const draws = first.sum.map((sum, i) => (sum + (second.sum[i] as number)) / sorted.length);
    const { low, high } = plainInterval(draws, confidence);
    return {
      loss,
      halves: [first.half, second.half],
      rate: median(draws),
      low: Number(low),
      high: Number(high),
      draws,
    };
  });
}

/**
 * For each loss, the strength with the best mean target rate that keeps enough capability; null where the baseline is as
 * good. A strength that keeps less than `least` keeps enough for no loss.
 */
function comparison(
  questions: readonly QuestionCurves[],
  strengths: readonly number[],
  least: number,
  count: number,
): (loss: number) => number | null {
  const mean = (sums: Draws) => meanOf(sums) / questions.length;
  const baseline = mean(targetSums(questions, null, count));
  const compared = strengths.flatMap((strength) => {
    const kept = mean(keptSums(questions, strength, count));
    return kept < least ? [] : [{ strength, kept, rate: mean(targetSums(questions, strength, count)) }];
  });
  return (loss) => {
    let best: { strength: number | null; rate: number } = { strength: null, rate: baseline };
    for (const { strength, kept, rate } of compared) {
      if (kept >= 1 - loss && rate > best.rate) best = { strength, rate };
    }
    return best.strength;
  };
}

function reportedAt(
  questions: readonly QuestionCurves[],
  strength: number | null,
  count: number,
): { readonly half: FrontierHalf; readonly sum: Draws } {
  const sum = targetSums(questions, strength, count);
  const half = {
    questions: questions.map(({ question }) => question),
    strength,
    rate: meanOf(sum) / questions.length,
    kept: strength === null ? 1 : meanOf(keptSums(questions, strength, count)) / questions.length,
  };
  return { half, sum };
}

/** Target rate at the strength, summed over the questions, by draw. */
function targetSums(questions: readonly QuestionCurves[], strength: number | null, count: number): Draws {
  return summed(questions, strength, count, ({ curves }, i, x) =>
    x === null ? unsteeredTarget(curves, i) : targetAt(curves, i, x),
  );
}

function keptSums(questions: readonly QuestionCurves[], strength: number, count: number): Draws {
  return summed(questions, strength, count, ({ curves }, i, x) => (x === null ? 1 : keptAt(curves, i, x)));
}

function summed(
  questions: readonly QuestionCurves[],
  strength: number | null,
  count: number,
  value: (question: QuestionCurves, i: number, x: number | null) => number,
): Draws {
  const sums = new Float64Array(count);
  for (const question of questions) {
    const x = strength === null ? null : position(strength * question.perUnit, question.axis);
    for (let i = 0; i < count; i += 1) sums[i] = (sums[i] as number) + value(question, i, x);
  }
  return sums;
}
