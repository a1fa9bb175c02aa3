import { countOrders } from "./count-orders.js";
import { drawOrders } from "./draw-orders.js";
import { observedS, type Rung, rankedRungs, untied } from "./ranked-rungs.js";

/** Up to this many rungs all orders are counted: 12! of them, by the 2^12 sets that can come first. */
const MOST_COUNTED = 12;

export type Trend =
  | {
      readonly kind: "tested";
      /** Kendall's tau-b, all questions together; null where all widths are tied, or all sizes. */
      readonly tau: number | null;
      /** Two-sided. */
      readonly p: number;
      /** The smallest p that rungs of these sizes could have given, had all widths differed: counted, 2 / n! for n sizes. */
      readonly smallestP: number;
      readonly rungs: number;
      /** Random orders that p is from; null where it is exact, over all orders of the rungs. */
      readonly drawn: number | null;
    }
  | { readonly kind: "not_tested"; readonly reason: string };

/**
 * Rank trend of width over model size: Kendall's S (concordant minus discordant pairs; a tie counts 0), summed over
 * questions, against all orders of the rungs, or where they are too many against random ones. One order for all
 * questions at once: rungs could be exchanged, answers of one model to several questions are alike. Every question must
 * have the same sizes in the same order.
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
  const ladders = questions.map((rungs) => rungs.toSorted((a, b) => a.parameters - b.parameters));
  const ranked = rankedRungs(ladders);
  const s = observedS(ranked);
  const { p, drawn } = n <= MOST_COUNTED ? { p: countOrders(ranked, s), drawn: null } : drawOrders(ranked, s);
  const least = smallestShare(ranked.sizes);
  return {
    kind: "tested",
    tau: tauB(s, ranked.sizes, ladders),
    p,
    smallestP: drawn === null ? least : Math.max(least, 1 / (drawn + 1)),
    rungs: n,
    drawn,
  };
}

function tauB(s: number, sizes: readonly number[], ladders: readonly (readonly Rung[])[]): number | null {
  const untiedSizes = untied(sizes).length * ladders.length;
  const widths = ladders.map((rungs) => untied(rungs.map(({ width }) => width)).length);
  const scale = Math.sqrt(untiedSizes * widths.reduce((sum, count) => sum + count, 0));
  return scale === 0 ? null : s / scale;
}

/** Share of the orders of different widths in which S is as far from 0 as it can be: ascending and descending ones. */
function smallestShare(sizes: readonly number[]): number {
  // Rungs of one size can stand in any order among themselves.
  let share = 2;
  let alike = 0;
  sizes.forEach((size, i) => {
    alike = size === sizes[i - 1] ? alike + 1 : 1;
    share *= alike / (i + 1);
  });
  return Math.min(1, share);
}
