import type { Random } from "../../util/random.js";
import { standardNormal } from "./hierarchical-trend-random.js";

/** A window's value, and its precision about the line. */
export interface LinePoint {
  readonly question: number;
  readonly rung: number;
  readonly value: number;
  readonly precision: number;
}

export interface Line {
  readonly level: number;
  readonly slope: number;
  readonly rungs: readonly number[];
  readonly questions: readonly number[];
}

interface LinePriors {
  readonly x: readonly number[];
  readonly questions: number;
  readonly levelSd: number;
  readonly slopeSd: number;
  readonly rungSd: number;
  /** 0 for a single question, which has no effect beside the level. */
  readonly questionSd: number;
}

/**
 * One draw of (level, slope, rung effects, question effects) from their joint normal posterior. The questions' effects
 * are integrated out first (their block is diagonal), so the system to solve has as many rows as rungs and two more.
 */
export function drawLine(points: readonly LinePoint[], priors: LinePriors, random: Random): Line {
  const { x, questions, questionSd } = priors;
  const size = x.length + 2;
  const a = Array.from({ length: size }, (_, i) => {
    const row = new Float64Array(size);
    row[i] = 1 / (i === 0 ? priors.levelSd : i === 1 ? priors.slopeSd : priors.rungSd) ** 2;
    return row;
  });
  const h = new Float64Array(size);
  const weights = Array.from({ length: questions }, () => new Float64Array(size));
  const sums = new Float64Array(questions);
  const totals = new Float64Array(questions);
  for (const { question, rung, value, precision } of points) {
    const at = x[rung] ?? 0;
    const w = weights[question];
    add(a[0], 0, precision);
    add(a[1], 0, precision * at);
    add(a[1], 1, precision * at * at);
    add(a[rung + 2], 0, precision);
    add(a[rung + 2], 1, precision * at);
    add(a[rung + 2], rung + 2, precision);
    add(h, 0, precision * value);
    add(h, 1, precision * at * value);
    add(h, rung + 2, precision * value);
    add(w, 0, precision);
    add(w, 1, precision * at);
    add(w, rung + 2, precision);
    add(sums, question, precision * value);
    add(totals, question, precision);
  }
  if (questionSd > 0) {
    for (let q = 0; q < questions; q += 1) {
      const w = weights[q] ?? new Float64Array(size);
      const scale = 1 / (questionSd ** -2 + (totals[q] ?? 0));
      for (let i = 0; i < size; i += 1) {
        add(h, i, -scale * (w[i] ?? 0) * (sums[q] ?? 0));
        for (let j = 0; j <= i; j += 1) add(a[i], j, -scale * (w[i] ?? 0) * (w[j] ?? 0));
      }
    }
  }
  const z = drawNormal(a, h, random);
  const effects = Array.from({ length: questions }, (_, q) => {
    if (questionSd === 0) return 0;
    const total = questionSd ** -2 + (totals[q] ?? 0);
    const fitted = (weights[q] ?? z).reduce((sum, w, i) => sum + w * (z[i] ?? 0), 0);
    return ((sums[q] ?? 0) - fitted) / total + standardNormal(random) / Math.sqrt(total);
  });
  return { level: z[0] ?? 0, slope: z[1] ?? 0, rungs: [...z.subarray(2)], questions: effects };
}

function add(row: Float64Array | undefined, i: number, value: number): void {
  if (row !== undefined) row[i] = (row[i] ?? 0) + value;
}

/** A draw of N(A^-1 h, A^-1) by Cholesky decomposition of A, whose lower half is given and overwritten. */
function drawNormal(a: readonly Float64Array[], h: Float64Array, random: Random): Float64Array {
  const n = h.length;
  const at = (i: number, j: number) => a[i]?.[j] ?? 0;
  for (let j = 0; j < n; j += 1) {
    for (let i = j; i < n; i += 1) {
      let sum = at(i, j);
      for (let k = 0; k < j; k += 1) sum -= at(i, k) * at(j, k);
      const row = a[i];
      if (row !== undefined) row[j] = i === j ? Math.sqrt(sum) : sum / at(j, j);
    }
  }
  const y = new Float64Array(n);
  for (let i = 0; i < n; i += 1) {
    let sum = h[i] ?? 0;
    for (let k = 0; k < i; k += 1) sum -= at(i, k) * (y[k] ?? 0);
    y[i] = sum / at(i, i);
  }
  const z = new Float64Array(n);
  for (let i = n - 1; i >= 0; i -= 1) {
    let sum = (y[i] ?? 0) + standardNormal(random);
    for (let k = i + 1; k < n; k += 1) sum -= at(k, i) * (z[k] ?? 0);
    z[i] = sum / at(i, i);
  }
  return z;
}
