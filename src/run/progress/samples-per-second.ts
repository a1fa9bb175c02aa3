import type { Cost, CostBasis } from "../../plan/cost/estimate-cost.js";
import { ASSUMPTIONS } from "../../plan/cost/throughput.js";

/** The rate that a plan expects once its workers and models are ready. */
export function samplesPerSecond({ models, samples, seconds }: Cost, { workers }: CostBasis): number {
  const waiting = ASSUMPTIONS.start_seconds + models.length * ASSUMPTIONS.load_seconds;
  return samples / Math.max(1, seconds - waiting / Math.max(1, workers));
}
