import { type Random, randomIndex } from "../../util/random.js";
import { type Cluster, clusterIds, type OutcomeSeries, pooled, type Rate, seriesOf } from "../outcomes.js";
import type { Series } from "../series.js";

/**
 * What an interval generalises to. `these`: other samples of these very tasks, so samples are resampled within each.
 * `like_these`: other tasks of the same kind, so tasks are resampled whole, over all strengths and the baseline at once.
 */
export type Generalises = "these" | "like_these";

/** Fewer clusters than this are too few to generalise to others like them. */
export const LEAST_CLUSTERS = 20;

export interface Resampled {
  readonly series: Series;
  /** Null where nothing was scored without steering. */
  readonly baseline: number | null;
}

/** Draws one bootstrap replicate. */
type Resampler = (random: Random) => Resampled;

/**
 * Bootstrap of an outcome series (Efron 1979). From a stratum of n units, n - 1 are drawn with replacement, which makes
 * the variance of a mean unbiased even for the two samples per task that sweeps often have (Rao and Wu 1988).
 */
export function resampler(outcomes: OutcomeSeries, generalises: Generalises): Resampler {
  return generalises === "these" ? withinClusters(outcomes) : wholeClusters(outcomes);
}

/** Values of one stratum; `draws` is 0 if all are equal, so that resampling would change nothing. */
interface Stratum {
  readonly values: readonly number[];
  readonly sum: number;
  readonly draws: number;
}

function withinClusters(outcomes: OutcomeSeries): Resampler {
  const filled = outcomes.strengths.flatMap((strength, i) => {
    const strata = toStrata(outcomes.points[i] ?? []);
    return strata.length === 0 ? [] : [{ strength, strata, n: size(strata) }];
  });
  const strengths = filled.map(({ strength }) => strength);
  const n = filled.map((cell) => cell.n);
  const unsteered = toStrata(outcomes.baseline);
  return (random) => ({
    series: { strengths, n, rates: filled.map((cell) => redraw(cell.strata, random) / cell.n) },
    baseline: unsteered.length === 0 ? null : redraw(unsteered, random) / size(unsteered),
  });
}

/** Clusters as strata. If one has a single value, its variance is unknown, and the whole cell is one stratum. */
function toStrata(clusters: readonly Cluster[]): readonly Stratum[] {
  const filled = clusters.map(({ values }) => values).filter((values) => values.length > 0);
  const strata = filled.some((values) => values.length === 1) ? [filled.flat()] : filled;
  return strata.map((values) => ({
    values,
    sum: values.reduce((sum, value) => sum + value, 0),
    draws: values.every((value) => value === values[0]) ? 0 : values.length - 1,
  }));
}

function size(strata: readonly Stratum[]): number {
  return strata.reduce((n, { values }) => n + values.length, 0);
}

/** Sum of all values in one resampling of every stratum. */
function redraw(strata: readonly Stratum[], random: Random): number {
  let sum = 0;
  for (const stratum of strata) {
    const { values, draws } = stratum;
    if (draws === 0) {
      sum += stratum.sum;
      continue;
    }
    let drawn = 0;
    for (let i = 0; i < draws; i += 1) drawn += values[randomIndex(random, values.length)] ?? 0;
    sum += (drawn / draws) * values.length;
  }
  return sum;
}

function wholeClusters(outcomes: OutcomeSeries): Resampler {
  const ids = clusterIds(outcomes);
  const cells = [...outcomes.points, outcomes.baseline].map((clusters) => {
    const byId = new Map(clusters.map((cluster) => [cluster.id, pooled([cluster])]));
    return ids.map((id) => byId.get(id) ?? { sum: 0, n: 0 });
  });
  return (random) => {
    const drawn = Array.from({ length: Math.max(1, ids.length - 1) }, () => randomIndex(random, ids.length));
    const rates = cells.map((rateOf) => total(rateOf, drawn));
    return {
      series: seriesOf(outcomes.strengths, rates.slice(0, -1)),
      baseline: toRate(rates.at(-1) ?? { sum: 0, n: 0 }),
    };
  };
}

function total(rateOf: readonly Rate[], drawn: readonly number[]): Rate {
  let sum = 0;
  let n = 0;
  for (const i of drawn) {
    sum += rateOf[i]?.sum ?? 0;
    n += rateOf[i]?.n ?? 0;
  }
  return { sum, n };
}

function toRate({ sum, n }: Rate): number | null {
  return n === 0 ? null : sum / n;
}
