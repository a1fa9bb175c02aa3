import { countOrders } from "./count-orders.js";
import { drawOrders } from "./draw-orders.js";
import { observedS, type Rung, rankedRungs, untied } from "./ranked-rungs.js";

/** Up to this many rungs, all orders (12!) are counted through the 2^12 sets that can come first. */
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
      /** Widths whose rank is unknown. */
      readonly unknown: number;
      /** Number of random orders behind p; null where p is exact, over all orders of the rungs. */
      readonly drawn: number | null;
    }
  | { readonly kind: "not_tested"; readonly reason: string };

/**
 * Rank trend of width over model size: Kendall's S (concordant minus discordant pairs; a tie counts 0), summed over
 * questions, compared with all orders of the rungs, or with random ones if there are too many. One order applies to all
 * questions at once: rungs are exchangeable, while the answers of one model to several questions are correlated. A width
 * without a rank moves with its rung and counts as a tie. Every question must have the same sizes in the same order.
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
  const unknown = ladders.flat().filter(({ width }) => width === null).length;
  if (ladders.every((rungs) => rungs.filter(({ width }) => width !== null).length < 3)) {
    return { kind: "not_tested", reason: "the widths of fewer than 3 rungs have a rank" };
  }
  const ranked = rankedRungs(ladders);
  const s = observedS(ranked);
  const { p, drawn } = n <= MOST_COUNTED ? { p: countOrders(ranked, s), drawn: null } : drawOrders(ranked, s);
  // A rung without any rank can stand anywhere, so that it makes no order more extreme than another.
  const least = smallestShare(
    ranked.sizes.filter((_, i) => ladders.some((rungs) => rungs[i]?.width !== null)),
  );
  return {
    kind: "tested",
    tau: tauB(s, ranked.sizes, ladders),
    p,
    smallestP: drawn === null ? least : Math.max(least, 1 / (drawn + 1)),
    rungs: n,
    unknown,
    drawn,
  };
}

function tauB(s: number, sizes: readonly number[], ladders: readonly (readonly Rung[])[]): number | null {
  const untiedSizes = ladders.reduce(
    (sum, rungs) => sum + untied(sizes.map((size, i) => (rungs[i]?.width === null ? null : size))).length,
    0,
  );
  const widths = ladders.map((rungs) => untied(rungs.map(({ width }) => width)).length);
  const scale = Math.sqrt(untiedSizes * widths.reduce((sum, count) => sum + count, 0));
  return scale === 0 ? null : s / scale;
}

/** Share of the orders, for widths that all differ, in which |S| is greatest: the ascending and descending ones. */
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
