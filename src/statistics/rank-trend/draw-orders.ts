import { randomIndex, seededRandom } from "../../util/random.js";
import type { RankedRungs } from "./ranked-rungs.js";

const DRAWN = 19_999;

/**
 * The p of `observed` from random orders of the rungs. The observed order is counted as one of them, so that p is never
 * 0 and the test keeps its level. The same rungs give the same p.
 */
export function drawOrders(
  { sizes, signs }: RankedRungs,
  observed: number,
): { readonly p: number; readonly drawn: number } {
  const random = seededRandom(`rank trend ${JSON.stringify([sizes, signs])}`);
  const starts = sizes.map((size) => sizes.indexOf(size));
  const order = sizes.map((_, i) => i);
  let far = 1;
  for (let draw = 0; draw < DRAWN; draw += 1) {
    shuffle(order, random);
    if (Math.abs(scoreOf(order, starts, signs)) >= Math.abs(observed)) far += 1;
  }
  return { p: far / (DRAWN + 1), drawn: DRAWN };
}

function shuffle(order: number[], random: () => number): void {
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = randomIndex(random, i + 1);
    const rung = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = rung;
  }
}

/** S of the rungs in this order; `starts[i]` is the first place of the size of place i. */
function scoreOf(order: readonly number[], starts: readonly number[], signs: RankedRungs["signs"]): number {
  let s = 0;
  for (let b = 0; b < order.length; b += 1) {
    const rung = order[b] ?? 0;
    const end = starts[b] ?? 0;
    for (let a = 0; a < end; a += 1) s += signs[order[a] ?? 0]?.[rung] ?? 0;
  }
  return s;
}
