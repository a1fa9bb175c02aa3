import { meanOf } from "../moments.js";

/** With fewer pairs, a correlation is meaningless. */
const FEWEST = 3;

/** Pearson's correlation; null for fewer than three pairs, or where either side does not vary. */
export function pearson(x: readonly number[], y: readonly number[]): number | null {
  if (x.length !== y.length) throw new RangeError(`pearson: ${x.length} and ${y.length} values`);
  if (x.length < FEWEST) return null;
  const [dx, dy] = [deviations(x), deviations(y)];
  const scale = Math.sqrt(dot(dx, dx) * dot(dy, dy));
  return scale < 1e-12 ? null : dot(dx, dy) / scale;
}

/** Spearman's rank correlation; ties share their mean rank. Infinite values are ranked like any other. */
export function spearman(x: readonly number[], y: readonly number[]): number | null {
  return pearson(ranks(x), ranks(y));
}

function ranks(values: readonly number[]): readonly number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const tied = values.filter((other) => other === value).length;
    return below + (tied + 1) / 2;
  });
}

function deviations(values: readonly number[]): readonly number[] {
  const mean = meanOf(values);
  return values.map((value) => value - mean);
}

function dot(x: readonly number[], y: readonly number[]): number {
  return x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
}
