/** Above this many rungs the orders are too many to go through. */
const MOST_RUNGS = 9;

/** One rung of the ladder in one question. */
export interface Rung {
  readonly parameters: number;
  /** Infinite where the width is below (never steered) or above (never collapsed) all that have a number: a tie there. */
  readonly width: number;
}

export type Trend =
  | {
      readonly kind: "tested";
      /** Kendall's tau-b, all questions together; null where all widths are tied, or all sizes. */
      readonly tau: number | null;
      /** Two-sided, exact over all orders of the rungs. */
      readonly p: number;
      /** The smallest p that rungs of these sizes could have given, had all widths differed: 2 / n! for n sizes. */
      readonly smallestP: number;
      readonly rungs: number;
    }
  | { readonly kind: "not_tested"; readonly reason: string };

/**
 * Rank trend of width over model size: Kendall's S (concordant minus discordant pairs; a tie counts 0), summed over
 * questions, against all orders of the rungs. One order for all questions at once: rungs could be exchanged, answers of
 * one model to several questions are alike. Every question must have the same sizes in the same order.
 */
export function rankTrend(questions: readonly (readonly Rung[])[]): Trend {
  const sizes = questions[0]?.map(({ parameters }) => parameters) ?? [];
  const n = sizes.length;
  if (
    questions.some((rungs) => rungs.length !== n || rungs.some((rung, i) => rung.parameters !== sizes[i]))
  ) {
    throw new RangeError("rankTrend: the questions have different rungs");
  }
  if (n < 3)
    return { kind: "not_tested", reason: `${n} ${n === 1 ? "rung is" : "rungs are"} too few for a trend` };
  if (n > MOST_RUNGS) {
    return {
      kind: "not_tested",
      reason: `${n} rungs are too many for an exact test (at most ${MOST_RUNGS})`,
    };
  }
  const widths = questions.map((rungs) => rungs.map(({ width }) => width));
  const observed = Math.abs(kendallS(sizes, widths));
  const scores = permutations(n).map((order) =>
    Math.abs(
      kendallS(
        sizes,
        widths.map((row) => order.map((i) => row[i] ?? 0)),
      ),
    ),
  );
  const distinct = permutations(n).map((order) => Math.abs(kendallS(sizes, [order])));
  const greatest = Math.max(...distinct);
  return {
    kind: "tested",
    tau: tauB(sizes, widths),
    p: scores.filter((score) => score >= observed).length / scores.length,
    smallestP: distinct.filter((score) => score === greatest).length / distinct.length,
    rungs: n,
  };
}

/** Concordant minus discordant pairs over all rows of `widths`. */
function kendallS(sizes: readonly number[], widths: readonly (readonly number[])[]): number {
  let s = 0;
  for (const row of widths) s += pairs(sizes, row).reduce((sum, [x, y]) => sum + x * y, 0);
  return s;
}

function tauB(sizes: readonly number[], widths: readonly (readonly number[])[]): number | null {
  const all = widths.flatMap((row) => pairs(sizes, row));
  const untiedSizes = all.filter(([x]) => x !== 0).length;
  const untiedWidths = all.filter(([, y]) => y !== 0).length;
  const scale = Math.sqrt(untiedSizes * untiedWidths);
  return scale === 0 ? null : kendallS(sizes, widths) / scale;
}

/** Signs of the differences in size and in width of every pair of rungs. */
function pairs(sizes: readonly number[], widths: readonly number[]): [number, number][] {
  const signs: [number, number][] = [];
  for (let i = 0; i < sizes.length; i += 1) {
    for (let j = i + 1; j < sizes.length; j += 1) {
      signs.push([compare(sizes[i], sizes[j]), compare(widths[i], widths[j])]);
    }
  }
  return signs;
}

function compare(a = 0, b = 0): number {
  return a === b ? 0 : a < b ? 1 : -1;
}

/** All orders of 0 .. n - 1. */
function permutations(n: number): number[][] {
  if (n === 0) return [[]];
  return permutations(n - 1).flatMap((order) =>
    Array.from({ length: n }, (_, place) => order.toSpliced(place, 0, n - 1)),
  );
}
