import type { Condition } from "../../../analysis/curves.js";
import { pooled, pooledRate } from "../../../statistics/outcomes.js";
import { wilsonInterval } from "../../../statistics/wilson.js";
import { formatInterval, formatRate } from "../format.js";
import { markdownTable } from "../markdown-table.js";

const NONE = "\u2013";

/** Methods without strengths (a prompt): their rates, beside the unsteered model's capability. Empty without any. */
export function conditionTable(conditions: readonly Condition[], confidence: number): string {
  if (conditions.length === 0) return "";
  const share = (clusters: Condition["outcomes"]["strict"]["baseline"]) => {
    const { sum, n } = pooled(clusters);
    if (n === 0) return NONE;
    return `${formatRate(sum / n)} ${formatInterval(wilsonInterval(sum, n, confidence), formatRate)}`;
  };
  const table = markdownTable(
    ["question", "method", "model", "contains", "strict", "capability", "share of the unsteered capability"],
    conditions.map(({ question, method, model, outcomes }) => {
      const kept = pooledRate(outcomes.capability.points.flat());
      const baseline = pooledRate(outcomes.capability.baseline);
      return [
        question,
        method,
        model,
        share(outcomes.contains.points.flat()),
        share(outcomes.strict.points.flat()),
        share(outcomes.capability.points.flat()),
        kept === null || baseline === null || baseline === 0 ? NONE : formatRate(kept / baseline),
      ];
    }),
  );
  return ["## Conditions without a strength", "Intervals: Wilson's.", table].join("\n\n");
}
