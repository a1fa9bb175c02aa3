import type { Belief } from "./belief.js";
import type { ConditionCounts } from "./counts.js";
import type { ConditionState, DesignCondition, DesignSettings } from "./design.js";

/** How a condition stands, by what its samples say so far. */
export function stateOf(
  condition: DesignCondition,
  counts: ConditionCounts,
  belief: Belief | null,
  settings: DesignSettings,
): ConditionState {
  const { samples } = counts;
  const about = { condition: condition.id, samples };
  if (belief === null) return { ...about, status: "open", length: null, samples_to_reach: null };
  const { length, known } = narrowness(condition, belief, settings.confidence);
  const reached = known || (length !== null && length <= settings.precision);
  const factor = length === null ? null : Math.max(1, (length / settings.precision) ** 2);
  return {
    ...about,
    status: reached ? "reached" : samples >= settings.window_samples ? "exhausted" : "open",
    length,
    samples_to_reach: reached ? samples : factor === null ? null : Math.ceil(samples * factor),
  };
}

function narrowness(
  { role }: DesignCondition,
  { onset, collapse }: Belief,
  confidence: number,
): { length: number | null; known: boolean } {
  const widths = collapse.map((end, i) => {
    if (role === "control") return end;
    if (onset[i] === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
    return end - (onset[i] ?? 0);
  });
  const sorted = widths.toSorted();
  const tail = (1 - confidence) / 2;
  const low = sorted[Math.ceil(tail * sorted.length) - 1] ?? 0;
  const high = sorted[Math.ceil((1 - tail) * sorted.length) - 1] ?? 0;
  const share = (end: Float64Array) => end.filter((x) => x === Number.POSITIVE_INFINITY).length / end.length;
  const known = (role === "method" && share(onset) >= 1 - tail) || share(collapse) >= 1 - tail;
  return { known, length: Number.isFinite(high - low) ? high - low : null };
}
