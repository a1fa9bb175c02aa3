import { type Cluster, clusterIds, type OutcomeSeries, pooled, type Rate, seriesOf } from "./outcomes.js";
import { type Random, randomIndex } from "./random.js";
import type { Series } from "./series.js";

/**
 * What an interval generalises to. `these`: other samples of these very tasks, so samples are resampled within each.
 * `like_these`: other tasks of the same kind, so tasks are resampled whole, over all strengths and the baseline at once.
 */
export type Generalises = "these" | "like_these";

/** Fewer clusters than this say too little about others like them. */
export const LEAST_CLUSTERS = 20;

export interface Resampled {
  readonly series: Series;
  /** Null where nothing was scored without steering. */
  readonly baseline: number | null;
}

/** Draws one bootstrap replicate. */
export type Resampler = (random: Random) => Resampled;

/**
 * Bootstrap of an outcome series (Efron 1979). Of n units in a stratum n - 1 are drawn, with replacement, which makes
 * the variance of a mean unbiased even for the two samples a task that a sweep often has (Rao and Wu 1988).
 */
export function resampler(outcomes: OutcomeSeries, generalises: Generalises): Resampler {
  return generalises === "these" ? withinClusters(outcomes) : wholeClusters(outcomes);
}

function withinClusters({ strengths, points, baseline }: OutcomeSeries): Resampler {
  const strata = points.map(toStrata);
  const unsteered = toStrata(baseline);
  return (random) => ({
    series: seriesOf(
      strengths,
      strata.map((cell) => redraw(cell, random)),
    ),
    baseline: toRate(redraw(unsteered, random)),
  });
}

/** Clusters as strata; where one has a single value, its own variance is unknown and the cell is one stratum. */
function toStrata(clusters: readonly Cluster[]): readonly (readonly number[])[] {
  const filled = clusters.map(({ values }) => values).filter((values) => values.length > 0);
  return filled.some((values) => values.length === 1) ? [filled.flat()] : filled;
}

function redraw(strata: readonly (readonly number[])[], random: Random): Rate {
  let sum = 0;
  let n = 0;
  for (const values of strata) {
    const draws = Math.max(1, values.length - 1);
    let drawn = 0;
    for (let i = 0; i < draws; i += 1) drawn += values[randomIndex(random, values.length)] ?? 0;
    sum += (drawn / draws) * values.length;
    n += values.length;
  }
  return { sum, n };
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
