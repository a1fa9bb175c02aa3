import type { Cluster, OutcomeSeries } from "./outcomes.js";

/**
 * What is wrong with the make-up of a rate that is compared with its baseline: tasks that were scored with steering only,
 * or without it only, differ from the others for a reason that is not steering. Null where nothing is.
 */
export function compositionProblem({ points, baseline }: OutcomeSeries): string | null {
  const steered = scored(points.flat());
  const unsteered = scored(baseline);
  const only = (ids: ReadonlySet<string>, others: ReadonlySet<string>) =>
    [...ids].filter((id) => !others.has(id)).sort();
  const [withSteering, without] = [only(steered, unsteered), only(unsteered, steered)];
  if (withSteering.length > 0) return `${named(withSteering)} scored with steering only`;
  return without.length > 0 ? `${named(without)} scored without steering only` : null;
}

function scored(clusters: readonly Cluster[]): ReadonlySet<string> {
  return new Set(clusters.flatMap(({ id, values }) => (values.length > 0 ? [id] : [])));
}

function named(ids: readonly string[]): string {
  const [first] = ids;
  return ids.length === 1 ? `task ${first} was` : `${ids.length} tasks, ${first} among them, were`;
}
