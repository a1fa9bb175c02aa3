import type { DecompositionRow } from "../../../analysis/ladder/decomposition-rows.js";
import { type Ladder, ladderName, rungsOf } from "../../../analysis/ladder/ladder-window.js";
import {
  type LadderChange,
  ladderChange,
  type TermChange,
} from "../../../statistics/decomposition/decomposition-change.js";
import { formatInterval, formatSigned } from "../format.js";

/** The change of a ladder's mean width from its smallest rung to its largest. */
export interface ChangeRow {
  readonly ladder: Ladder;
  readonly from: string;
  readonly to: string;
  /** Null where no question has numbers at both. */
  readonly change: LadderChange | null;
}

/** Null for a single rung. */
export function changeRow(
  ladder: Ladder,
  rows: readonly DecompositionRow[],
  confidence: number,
  seed: number,
): ChangeRow | null {
  const rungs = rungsOf(ladder.windows);
  const [smallest, largest] = [rungs[0]?.model, rungs.at(-1)?.model];
  if (smallest === undefined || largest === undefined || smallest === largest) return null;
  const own = rows.filter(({ window }) => ladder.windows.includes(window));
  const questions = [...new Set(own.map(({ window }) => window.question))];
  const at = (question: string, model: string) =>
    own.find(({ window }) => window.question === question && window.model === model)?.draws;
  const pairs = questions.flatMap((question) => {
    const [from, to] = [at(question, smallest), at(question, largest)];
    return from === undefined || to === undefined ? [] : [{ from, to }];
  });
  const key = `${seed}/${ladder.method}/${ladder.capability}/${ladder.slot}/change`;
  return { ladder, from: smallest, to: largest, change: ladderChange(pairs, confidence, key) };
}

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
