import type { RoundChoice } from "../../plan/design/design.js";
import { type WindowJob, windowKey } from "../../statistics/estimate-window.js";
import { searchRange } from "../../statistics/search-range.js";
import type { ConditionSources } from "./design-conditions.js";
import { type ConditionKey, conditionId } from "./observations.js";

/**
 * Returns a function to call with every choice. It starts to estimate each window, for every capability, as soon as it
 * needs no more samples, so that the estimate is ready for the report.
 */
export function closedWindows(
  keys: readonly ConditionKey[],
  sources: () => ConditionSources,
  estimate: (job: WindowJob) => void,
): (choice: RoundChoice) => void {
  const byId = new Map(keys.map((key) => [conditionId(key), key]));
  return ({ states }) => {
    for (const { condition, status } of states) {
      const key = byId.get(condition);
      if (status === "open" || key === undefined) continue;
      byId.delete(condition);
      for (const job of windowJobs(key, sources())) estimate(job);
    }
  };
}

function windowJobs(key: ConditionKey, { experiment, observations, axisOf }: ConditionSources): WindowJob[] {
  const { analysis, seed, capabilities } = experiment;
  return capabilities.map(({ id: capability }) => {
    const curve = observations.outcomes(key, axisOf(key.method), capability);
    const { axis, strict } = curve;
    const range = searchRange(experiment, key.method, { axis, strengths: strict.strengths });
    return { key: windowKey({ ...key, capability }), curve, range, analysis, seed };
  });
}
