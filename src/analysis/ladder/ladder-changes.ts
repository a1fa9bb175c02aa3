import { type LadderChange, ladderChange } from "../../statistics/decomposition/decomposition-change.js";
import type { DecompositionRow } from "./decomposition-rows.js";
import { type Ladder, rungsOf } from "./ladder-window.js";

/** The change of a ladder's mean width from its smallest rung to its largest. */
export interface ChangeRow {
  readonly ladder: Ladder;
  readonly from: string;
  readonly to: string;
  /** Null where no question has numbers at both. */
  readonly change: LadderChange | null;
}

/** `rows` are those of the ladder. Null for a single rung. */
export function changeRow(
  ladder: Ladder,
  rows: readonly DecompositionRow[],
  confidence: number,
  seed: number,
): ChangeRow | null {
  const rungs = rungsOf(ladder.windows);
  const [smallest, largest] = [rungs[0]?.model, rungs.at(-1)?.model];
  if (smallest === undefined || largest === undefined || smallest === largest) return null;
  const questions = [...new Set(rows.map(({ window }) => window.question))];
  const at = (question: string, model: string) =>
    rows.find(({ window }) => window.question === question && window.model === model)?.draws;
  const pairs = questions.flatMap((question) => {
    const [from, to] = [at(question, smallest), at(question, largest)];
    return from === undefined || to === undefined ? [] : [{ from, to }];
  });
  const key = `${seed}/${ladder.method}/${ladder.capability}/${ladder.slot}/change`;
  return { ladder, from: smallest, to: largest, change: ladderChange(pairs, confidence, key) };
}
