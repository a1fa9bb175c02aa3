import { seededRandom } from "../../util/random.js";
import type { CurveOutcomes } from "../curve.js";
import { clusterIds, type OutcomeSeries } from "../outcomes.js";
import { type Generalises, LEAST_CLUSTERS, type Resampled, resampler } from "./bootstrap.js";

/** One bootstrap replicate of a curve. */
export interface ResampledCurve {
  readonly contains: Resampled;
  readonly strict: Resampled;
  readonly capability: Resampled;
}

/** True if the curve has enough tasks to generalise to tasks like them. */
export function canGeneralise(curve: CurveOutcomes): boolean {
  return clusterIds(curve.capability).length >= LEAST_CLUSTERS;
}

/**
 * `replicates` bootstrap replicates of a curve, from a separate random stream: `key` names the seed, the curve and what
 * it generalises to. Each replicate draws *contains*, *strict* and capability in this order.
 * `like_these` resamples whole tasks. The question's clusters are resampled only where the target rate has 20 of them
 * too (a table with items); otherwise the question stays the same.
 */
export function bootstrapCurve(
  curve: CurveOutcomes,
  generalises: Generalises,
  replicates: number,
  key: string,
): ResampledCurve[] {
  const draw = (outcomes: OutcomeSeries) => {
    const enough = clusterIds(outcomes).length >= LEAST_CLUSTERS;
    return resampler(outcomes, generalises === "like_these" && enough ? "like_these" : "these");
  };
  const contains = draw(curve.contains);
  const strict = draw(curve.strict);
  const capability = draw(curve.capability);
  const random = seededRandom(key);
  return Array.from({ length: replicates }, () => ({
    contains: contains(random),
    strict: strict(random),
    capability: capability(random),
  }));
}
