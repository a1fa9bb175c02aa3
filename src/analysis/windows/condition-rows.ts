import type { Interval } from "../../statistics/interval.js";
import { pooled, pooledRate } from "../../statistics/outcomes.js";
import { wilsonInterval } from "../../statistics/wilson.js";
import type { Condition, CurveIdentity } from "../curves.js";

/** A share of samples with Wilson's interval. */
export interface Share extends Interval {
  readonly rate: number;
}

/** What a method without strengths does; a share is null where nothing was sampled. */
export interface ConditionRow extends CurveIdentity {
  readonly contains: Share | null;
  readonly strict: Share | null;
  readonly capabilityShare: Share | null;
  /** Of the unsteered model's capability; null where that is 0 or was not sampled. */
  readonly capabilityKept: number | null;
}

/** Rates of the methods without strengths (a prompt), in their order. */
export function conditionRows(conditions: readonly Condition[], confidence: number): ConditionRow[] {
  const share = (points: Condition["outcomes"]["strict"]["points"]): Share | null => {
    const { sum, n } = pooled(points.flat());
    return n === 0 ? null : { rate: sum / n, ...wilsonInterval(sum, n, confidence) };
  };
  return conditions.map(({ outcomes, ...identity }) => {
    const kept = pooledRate(outcomes.capability.points.flat());
    const baseline = pooledRate(outcomes.capability.baseline);
    return {
      ...identity,
      contains: share(outcomes.contains.points),
      strict: share(outcomes.strict.points),
      capabilityShare: share(outcomes.capability.points),
      capabilityKept: kept === null || baseline === null || baseline === 0 ? null : kept / baseline,
    };
  });
}
