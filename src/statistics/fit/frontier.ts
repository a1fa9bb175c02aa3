import type { Series } from "../series.js";
import { isotonicDecreasing, unimodal } from "./isotonic.js";

interface FrontierSeries {
  /** Strict target rate. */
  readonly target: Series;
  readonly capability: Series;
  readonly baselineTarget: number;
  readonly baselineCapability: number;
}

export interface FrontierPoint {
  /** Best strict target rate at the allowed loss of capability. */
  readonly rate: number;
  /** The strength that gives it; null where the baseline does. */
  readonly strength: number | null;
}

/**
 * The best strict target rate among the tested strengths whose capability keeps at least `1 - loss` of the baseline's.
 * No steering is among the candidates, so the frontier is defined even where nothing ever steers. Both rates are fits
 * (unimodal target, non-increasing capability), since the largest of several raw rates is biased upwards.
 */
export function frontierPoint(series: FrontierSeries, loss: number): FrontierPoint {
  const capability = isotonicDecreasing(series.capability.rates, series.capability.n);
  const { fit } = unimodal(series.target.rates, series.target.n);
  const least = (1 - loss) * series.baselineCapability;
  let best: FrontierPoint = { rate: series.baselineTarget, strength: null };
  series.target.strengths.forEach((strength, i) => {
    const rate = fit[i] ?? 0;
    const kept = capability[series.capability.strengths.indexOf(strength)];
    if (kept !== undefined && kept >= least && rate > best.rate) best = { rate, strength };
  });
  return best;
}
