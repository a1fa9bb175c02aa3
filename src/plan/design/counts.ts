import type { CurveOutcomes } from "../../statistics/curve.js";
import { type Cluster, type OutcomeSeries, pooled } from "../../statistics/outcomes.js";
import { position } from "../../statistics/series.js";

/** Hits among n samples at one position on the axis. */
export interface Count {
  readonly x: number;
  readonly n: number;
  readonly hits: number;
}

/** The counts behind a condition's three curves. */
export interface ConditionCounts {
  /** Target answers among intact responses. */
  readonly rise: readonly Count[];
  readonly intact: readonly Count[];
  readonly capability: readonly Count[];
  readonly baseline: { readonly rise: Count; readonly intact: Count; readonly capability: Count };
  /** Samples taken under the edit, of both kinds. */
  readonly samples: number;
}

/** `perTaskSample`: samples that each counted task sample stands for, where other capabilities come along. */
export function countsOf(
  { axis, strict, intact, capability }: CurveOutcomes,
  perTaskSample: number,
): ConditionCounts {
  const at = (series: OutcomeSeries): Count[] =>
    series.strengths.flatMap((strength, i) => {
      const { n, sum } = pooled(series.points[i] ?? []);
      return n === 0 ? [] : [{ x: position(strength, axis), n, hits: sum }];
    });
  const bare = (clusters: readonly Cluster[]): Count => {
    const { n, sum } = pooled(clusters);
    return { x: Number.NEGATIVE_INFINITY, n, hits: sum };
  };
  const strictCounts = at(strict);
  const intactCounts =
    intact === null ? strictCounts.map((count) => ({ ...count, hits: count.n })) : at(intact);
  const intactAt = new Map(intactCounts.map((count) => [count.x, count]));
  const rise = strictCounts.map(({ x, n, hits }) => ({
    x,
    hits,
    n: Math.max(hits, intactAt.get(x)?.hits ?? n),
  }));
  const baseline = { rise: bare(strict.baseline), intact: bare((intact ?? strict).baseline) };
  if (intact === null) baseline.intact = { ...baseline.rise, hits: baseline.rise.n };
  const capable = at(capability);
  return {
    rise: rise.filter(({ n }) => n > 0),
    intact: intactCounts,
    capability: capable,
    baseline: { ...baseline, capability: bare(capability.baseline) },
    samples: taken(strictCounts) + Math.round(taken(capable) * perTaskSample),
  };
}

const taken = (counts: readonly Count[]): number => counts.reduce((sum, { n }) => sum + n, 0);
