import type { ConditionRow, Share } from "../../../analysis/windows/condition-rows.js";
import { formatInterval, formatRate } from "../../words/format.js";
import { type Block, table } from "../page.js";

const NONE = "\u2013";

/** Methods without strengths (a prompt): their rates, beside the unsteered model's capability. Empty without any. */
export function conditionTable(conditions: readonly ConditionRow[]): Block[] {
  if (conditions.length === 0) return [];
  const rates = table(
    ["question", "method", "model", "contains", "strict", "capability", "share of the unsteered capability"],
    conditions.map(({ question, method, model, contains, strict, capabilityShare, capabilityKept }) => [
      ...[question, method, model],
      ...[contains, strict, capabilityShare].map(formatShare),
      capabilityKept === null ? NONE : formatRate(capabilityKept),
    ]),
  );
  return ["## Conditions without a strength", "Intervals: Wilson's.", rates];
}

function formatShare(share: Share | null): string {
  return share === null ? NONE : `${formatRate(share.rate)} ${formatInterval(share, formatRate)}`;
}
