import type { ScoreRow } from "../../store/rows.js";

/** One score of each sample, scorer and version, in plan order; where both have one, the fresh one counts. */
export function mergeScores(before: readonly ScoreRow[], fresh: readonly ScoreRow[]): ScoreRow[] {
  const merged = new Map([...before, ...fresh].map((row) => [scoreKey(row), row]));
  return [...merged.values()].sort(
    (a, b) => a.plan_index - b.plan_index || (scoreKey(a) < scoreKey(b) ? -1 : 1),
  );
}

export const scoreKey = (row: ScoreRow): string => `${row.sample_id} ${row.scorer} ${row.scorer_version}`;
