import { highestOf } from "../extremes.js";
import type { Counts } from "./beta-binomial.js";
import { logGamma } from "./log-gamma.js";

/** How unsteered rates differ between tasks, by empirical Bayes. */
interface BaselineSpread {
  /** Probability that all tasks have the same rate. */
  readonly same: number;
  /** Beta concentrations of rates that differ, with their probabilities, which sum to 1. */
  readonly concentrations: readonly { readonly value: number; readonly weight: number }[];
}

const CONCENTRATIONS = [1, 3, 8, 25];

/** From unsteered counts of each task. A priori, equal and different rates are equally probable, as is every concentration. */
export function baselineSpread(tasks: readonly Counts[]): BaselineSpread {
  const hits = tasks.reduce((sum, task) => sum + task.hits, 0);
  const n = tasks.reduce((sum, task) => sum + task.n, 0);
  const mean = (hits + 0.5) / (n + 1);
  const alike = hits * Math.log(mean) + (n - hits) * Math.log(1 - mean);
  const apart = CONCENTRATIONS.map((value) => {
    const a = mean * value;
    const b = (1 - mean) * value;
    return tasks.reduce(
      (sum, task) => sum + logBeta(a + task.hits, b + task.n - task.hits) - logBeta(a, b),
      0,
    );
  });
  const best = Math.max(alike, highestOf(apart));
  const same = Math.exp(alike - best);
  const weights = apart.map((log) => Math.exp(log - best) / CONCENTRATIONS.length);
  const differ = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    same: same / (same + differ),
    concentrations: CONCENTRATIONS.map((value, i) => ({ value, weight: (weights[i] ?? 0) / (differ || 1) })),
  };
}

/** Density of the rates that differ at `rate`, around a mean. */
export function spreadDensity({ concentrations }: BaselineSpread, mean: number, rate: number): number {
  return concentrations.reduce((sum, { value, weight }) => {
    const a = mean * value;
    const b = (1 - mean) * value;
    return sum + weight * Math.exp((a - 1) * Math.log(rate) + (b - 1) * Math.log(1 - rate) - logBeta(a, b));
  }, 0);
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}
