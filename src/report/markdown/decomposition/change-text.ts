import type { ChangeRow } from "../../../analysis/ladder/ladder-changes.js";
import { ladderName } from "../../../analysis/ladder/ladder-window.js";
import type { TermChange } from "../../../statistics/decomposition/decomposition-change.js";
import { formatInterval, formatSigned } from "../../words/format.js";

/** One sentence on which terms carry the change, in octaves; intervals for questions like these where there are 20. */
export function changeSentence({ ladder, from, to, change }: ChangeRow): string {
  const what = `${ladderName(ladder)}, ${from} to ${to}`;
  if (change === null)
    return `${what}: no question has a window with numbers and random directions at both rungs.`;
  const { width, terms, onset, questions, leftOut } = change;
  const over = `mean over ${questions} ${questions === 1 ? "question" : "questions"}${leftOut === 0 ? "" : `, ${leftOut} without numbers left out`}`;
  const carried = [
    ["specificity", terms.specificity],
    ["tolerance", terms.tolerance],
    ...(terms.margin === null
      ? [["a changed onset", onset] as const]
      : [
          ["margin", terms.margin] as const,
          ["gain", terms.gain] as const,
          ["the part of the onset that is not explained", terms.unexplained] as const,
        ]),
  ] as const;
  const parts = carried.flatMap(([name, term]) => (term === null ? [] : [`${name} ${amount(term)}`]));
  return `${what}: the width changes by ${amount(width)} octaves (${over}), of it by ${parts.join(", ")}.`;
}

function amount({ mean, these, likeThese }: TermChange): string {
  const interval = likeThese ?? these;
  // Margin and gain are forecasts: over these questions they have no interval.
  return interval.low === interval.high
    ? formatSigned(mean)
    : `${formatSigned(mean)} ${formatInterval(interval, formatSigned)}`;
}
