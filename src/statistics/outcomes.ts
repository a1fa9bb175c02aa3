import type { Series } from "./series.js";

/** Scored values in [0, 1] of one task, question or draw: alike, and so resampled together or apart by choice. */
export interface Cluster {
  readonly id: string;
  readonly values: readonly number[];
}

/** What was scored at each of some ascending strengths, and without steering. Missing scores are left out. */
export interface OutcomeSeries {
  readonly strengths: readonly number[];
  /** One list of clusters a strength. */
  readonly points: readonly (readonly Cluster[])[];
  readonly baseline: readonly Cluster[];
}

export interface Rate {
  readonly sum: number;
  readonly n: number;
}

/** Sum and number of all values; every value weighs the same. */
export function pooled(clusters: readonly Cluster[]): Rate {
  let sum = 0;
  let n = 0;
  for (const { values } of clusters) {
    n += values.length;
    for (const value of values) sum += value;
  }
  return { sum, n };
}

/** Pooled rate, or null where nothing was scored. */
export function pooledRate(clusters: readonly Cluster[]): number | null {
  const { sum, n } = pooled(clusters);
  return n === 0 ? null : sum / n;
}

/** Strengths with their pooled rates; a strength at which nothing was scored is left out. */
export function toSeries({ strengths, points }: OutcomeSeries): Series {
  return seriesOf(
    strengths,
    points.map((clusters) => pooled(clusters)),
  );
}

/** A series of sums and numbers; a strength with none is left out. */
export function seriesOf(strengths: readonly number[], sums: readonly Rate[]): Series {
  const series: Record<keyof Series, number[]> = { strengths: [], rates: [], n: [] };
  sums.forEach(({ sum, n }, i) => {
    const strength = strengths[i];
    if (strength === undefined || n === 0) return;
    series.strengths.push(strength);
    series.rates.push(sum / n);
    series.n.push(n);
  });
  return series;
}

/** Ids of all clusters with at least one value anywhere, sorted. */
export function clusterIds({ points, baseline }: OutcomeSeries): string[] {
  const ids = new Set<string>();
  for (const clusters of [...points, baseline]) {
    for (const { id, values } of clusters) if (values.length > 0) ids.add(id);
  }
  return [...ids].sort();
}
