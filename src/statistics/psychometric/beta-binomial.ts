import { logGamma } from "./log-gamma.js";

/** Hits among n samples at one position; hits may be fractional (sums of scores in [0, 1]). */
export interface Counts {
  readonly n: number;
  readonly hits: number;
}

const CELLS = 128;
const LEAST = 1e-6;

/**
 * Place of a rate in the likelihood tables, in [0, CELLS]: equal steps of sqrt(p / 2) below one half, and of its mirror
 * image above. The steps are finest at the ends, where a likelihood bends most.
 */
export function tablePlace(p: number): number {
  return p < 0.5 ? CELLS * Math.sqrt(p / 2) : CELLS * (1 - Math.sqrt((1 - p) / 2));
}

function rateOfPlace(place: number): number {
  const u = place / CELLS;
  const p = u < 0.5 ? 2 * u * u : 1 - 2 * (1 - u) * (1 - u);
  return Math.min(1 - LEAST, Math.max(LEAST, p));
}

const RATES = Float64Array.from({ length: CELLS + 1 }, (_, i) => rateOfPlace(i));

/** Length of one table: CELLS + 1 rates, and one more so that the last cell has an upper end. */
export const TABLE_LENGTH = CELLS + 2;

/**
 * Log likelihood of a count (without the binomial coefficient) at every rate of the table: beta-binomial with
 * alpha = p nu, beta = (1 - p) nu, nu = 1 / eta^2 - 1; binomial where eta is 0.
 */
export function likelihoodTable({ n, hits }: Counts, eta: number): Float64Array {
  const nu = eta === 0 ? Number.POSITIVE_INFINITY : 1 / (eta * eta) - 1;
  const whole = betaTerms(nu);
  const table = new Float64Array(TABLE_LENGTH);
  for (let i = 0; i <= CELLS; i += 1) table[i] = logLikelihood(i, n, hits, nu, whole);
  table[CELLS + 1] = table[CELLS] as number;
  return table;
}

function logLikelihood(i: number, n: number, hits: number, nu: number, whole: Float64Array): number {
  const p = RATES[i] as number;
  if (nu === Number.POSITIVE_INFINITY) return hits * Math.log(p) + (n - hits) * Math.log(1 - p);
  const hit = p * nu;
  const miss = (1 - p) * nu;
  return logGamma(hit + hits) + logGamma(miss + n - hits) - (whole[i] as number) - logGamma(nu + n);
}

const termCache = new Map<number, Float64Array>();

/** ln B(p nu, (1 - p) nu) at every rate of the table. */
function betaTerms(nu: number): Float64Array {
  const known = termCache.get(nu);
  if (known !== undefined) return known;
  const terms =
    nu === Number.POSITIVE_INFINITY
      ? new Float64Array(0)
      : RATES.map((p) => logGamma(p * nu) + logGamma((1 - p) * nu) - logGamma(nu));
  termCache.set(nu, terms);
  return terms;
}
