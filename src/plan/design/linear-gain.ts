import { meanOf } from "../../statistics/moments.js";
/**
 * How much samples at some positions would narrow one end, to first order. The end and the rates at the positions are
 * treated as jointly Gaussian with the covariance of the belief's draws, and a planned sample conditions on a rate
 * observed with binomial noise. Planned samples thus count before their outcome is known, and the next one goes elsewhere.
 */
export interface LinearGain {
  /** Remaining variance of the end, in squared positions. */
  variance(): number;
  /** Reduction of the variance by `n` more samples at the i-th position. */
  gain(i: number, n: number): number;
  /** Plans `n` samples at the i-th position. */
  plan(i: number, n: number): void;
}

/** Samples at one strength are correlated (beta-binomial, sharing 1 / (nu + 1) of the variance), so each further one is worth less. */
const SHARED = 0.01;
const worth = (n: number) => n / (1 + SHARED * Math.max(0, n - 1));

/**
 * @param end one value for each draw, finite.
 * @param rates one row for each position, of one value for each draw.
 * @param taken samples that each position has already.
 */
export function linearGain(
  end: Float64Array,
  rates: readonly Float64Array[],
  taken: readonly number[],
): LinearGain {
  const planned = Float64Array.from(taken);
  const draws = end.length;
  const centredEnd = centred(end);
  const centredRates = rates.map(centred);
  let variance = dot(centredEnd, centredEnd) / draws;
  const withEnd = Float64Array.from(centredRates, (row) => dot(row, centredEnd) / draws);
  const between = centredRates.map((row) =>
    Float64Array.from(centredRates, (other) => dot(row, other) / draws),
  );
  const noise = rates.map((row) => row.reduce((sum, p) => sum + Math.max(1e-3, p * (1 - p)), 0) / draws);
  const spreadOf = (i: number, n: number) => {
    const before = planned[i] ?? 0;
    return (between[i]?.[i] ?? 0) + (noise[i] ?? 1) / (worth(before + n) - worth(before));
  };
  return {
    variance: () => variance,
    gain: (i, n) => (withEnd[i] ?? 0) ** 2 / spreadOf(i, n),
    plan(i, n) {
      const spread = spreadOf(i, n);
      const row = between[i];
      if (row === undefined) return;
      planned[i] = (planned[i] ?? 0) + n;
      const covariances = row.slice();
      const share = (withEnd[i] ?? 0) / spread;
      variance = Math.max(0, variance - (withEnd[i] ?? 0) * share);
      covariances.forEach((covariance, j) => {
        withEnd[j] = (withEnd[j] ?? 0) - covariance * share;
        const other = between[j];
        if (other === undefined) return;
        for (let k = 0; k < covariances.length; k += 1) {
          other[k] = (other[k] ?? 0) - (covariance * (covariances[k] ?? 0)) / spread;
        }
      });
    },
  };
}

function centred(values: Float64Array): Float64Array {
  const mean = meanOf(values);
  return values.map((value) => value - mean);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
