import type { RankedRungs } from "./ranked-rungs.js";

/** For each set of rungs (one bit each) that comes first: how many of its orders have each S, from the lowest possible. */
type Layer = Map<number, Float64Array>;

/**
 * The share of all orders of the rungs in which |S| is at least that of `observed`. The orders are counted, not
 * enumerated: what a rung adds to S depends only on which rungs come before it.
 */
export function countOrders({ sizes, signs }: RankedRungs, observed: number): number {
  const most = mostS(signs);
  let layer: Layer = new Map([[0, oneOrder(most)]]);
  for (const alike of runsOf(sizes)) layer = nextLayer(layer, alike, signs);
  const counts = [...layer.values()][0] ?? new Float64Array();
  let all = 0;
  let far = 0;
  counts.forEach((count, i) => {
    all += count;
    if (Math.abs(i - most) >= Math.abs(observed)) far += count;
  });
  return far / all;
}

/** A bound of |S|. */
function mostS(signs: RankedRungs["signs"]): number {
  return signs.reduce(
    (sum, row, a) => sum + row.reduce((rest, sign, b) => (b > a ? rest + Math.abs(sign) : rest), 0),
    0,
  );
}

/** No rungs have one order, whose S is 0. */
function oneOrder(most: number): Float64Array {
  const counts = new Float64Array(2 * most + 1);
  counts[most] = 1;
  return counts;
}

/** Lengths of the runs of equal values. */
function runsOf(values: readonly number[]): number[] {
  const runs: number[] = [];
  values.forEach((value, i) => {
    if (value === values[i - 1]) runs[runs.length - 1] = (runs.at(-1) ?? 0) + 1;
    else runs.push(1);
  });
  return runs;
}

/** Appends `alike` rungs to every set, onto tied sizes: among themselves they add nothing to S. */
function nextLayer(layer: Layer, alike: number, signs: RankedRungs["signs"]): Layer {
  const next: Layer = new Map();
  let orders = 1;
  for (let i = 2; i <= alike; i += 1) orders *= i;
  for (const [before, counts] of layer) {
    const gains = signs.map((_, rung) => gainOf(rung, before, signs));
    const place = (from: number, left: number, all: number, gain: number): void => {
      if (left === 0) {
        const sum = next.get(all) ?? new Float64Array(counts.length);
        next.set(all, sum);
        addShifted(sum, counts, gain, orders);
        return;
      }
      for (let rung = from; rung < signs.length; rung += 1) {
        if ((before & (1 << rung)) !== 0) continue;
        place(rung + 1, left - 1, all | (1 << rung), gain + (gains[rung] ?? 0));
      }
    };
    place(0, alike, before, 0);
  }
  return next;
}

function gainOf(rung: number, before: number, signs: RankedRungs["signs"]): number {
  return signs.reduce((sum, row, other) => ((before & (1 << other)) === 0 ? sum : sum + (row[rung] ?? 0)), 0);
}

function addShifted(sum: Float64Array, counts: Float64Array, shift: number, times: number): void {
  counts.forEach((count, i) => {
    if (count !== 0) sum[i + shift] = (sum[i + shift] ?? 0) + times * count;
  });
}
