import { normalQuantile } from "../../../src/statistics/normal-quantile.js";
import { logGamma } from "../../../src/statistics/psychometric/log-gamma.js";
import { OVERDISPERSIONS, type Support } from "../../../src/statistics/psychometric/priors.js";
import type { Random } from "../../../src/util/random.js";

export interface ExactData {
  readonly shape: "rise" | "fall";
  readonly baseline: { readonly n: number; readonly hits: number };
  readonly points: readonly { readonly position: number; readonly n: number; readonly hits: number }[];
  readonly support: Support;
}

/** Points of the prior with their likelihoods, flat arrays of the same length. */
export interface Weighed {
  readonly threshold: Float64Array;
  readonly slope: Float64Array;
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Importance sampling from the documented priors, without any of the code that is tested: the start from its posterior
 * given the unsteered counts, everything else from its prior, weighed by the likelihood of the counts.
 */
export function exactPosterior(data: ExactData, count: number, random: Random): Weighed {
  const { shape, baseline, points, support } = data;
  const draws = (): Float64Array => new Float64Array(count);
  const [threshold, slope, start, end, logs] = [draws(), draws(), draws(), draws(), draws()];
  for (let i = 0; i < count; i += 1) {
    const from = beta(baseline.hits + 0.5, baseline.n - baseline.hits + 0.5, random);
    const lapse = random() < 0.1 ? random() : 1 - random() ** 0.1;
    const to = shape === "rise" ? Math.max(from, 1 - lapse) : from * lapse;
    const width = Math.exp(between(support.logWidth, random()));
    const middle = between(support.threshold, random());
    const steepness = (2 * Math.log(19)) / width;
    const eta = etaOf(random());
    let log = 0;
    for (const { position, n, hits } of points) {
      const p = from + (to - from) / (1 + Math.exp(-steepness * (position - middle)));
      log += logLikelihood(Math.min(1 - 1e-6, Math.max(1e-6, p)), n, hits, eta);
    }
    threshold[i] = middle;
    slope[i] = steepness;
    start[i] = from;
    end[i] = to;
    logs[i] = log;
  }
  const best = logs.reduce((most, log) => Math.max(most, log), Number.NEGATIVE_INFINITY);
  const weights = logs.map((log) => Math.exp(log - best));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { threshold, slope, start, end, weights: weights.map((weight) => weight / total) };
}

/** Effective number of draws. */
export function effective({ weights }: Weighed): number {
  return 1 / weights.reduce((sum, weight) => sum + weight * weight, 0);
}

/** Smallest value at or below which lies this share of the weight. */
export function weighedQuantile(values: Float64Array, weights: Float64Array, share: number): number {
  const order = Uint32Array.from(values, (_, i) => i).sort(
    (a, b) => (values[a] as number) - (values[b] as number),
  );
  let passed = 0;
  for (const i of order) {
    passed += weights[i] as number;
    if (passed >= share) return values[i] as number;
  }
  return values[order.at(-1) ?? 0] as number;
}

function between({ low, high }: { readonly low: number; readonly high: number }, u: number): number {
  return low + u * (high - low);
}

function etaOf(u: number): number {
  let left = u;
  for (const { eta, weight } of OVERDISPERSIONS) {
    if (left < weight) return eta;
    left -= weight;
  }
  return OVERDISPERSIONS.at(-1)?.eta ?? 0;
}

function logLikelihood(p: number, n: number, hits: number, eta: number): number {
  if (eta === 0) return hits * Math.log(p) + (n - hits) * Math.log(1 - p);
  const nu = 1 / eta ** 2 - 1;
  const [a, b] = [p * nu, (1 - p) * nu];
  return (
    logGamma(a + hits) + logGamma(b + n - hits) - logGamma(nu + n) - logGamma(a) - logGamma(b) + logGamma(nu)
  );
}

function beta(a: number, b: number, random: Random): number {
  const [x, y] = [gamma(a, random), gamma(b, random)];
  return x / (x + y);
}

/** Marsaglia and Tsang 2000. */
function gamma(shape: number, random: Random): number {
  if (shape < 1) return gamma(shape + 1, random) * (random() + 2 ** -33) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const z = normalQuantile(random() + 2 ** -33);
    const v = (1 + z / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(random() + 2 ** -33) < (z * z) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}
