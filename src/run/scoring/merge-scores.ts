import type { ScoreRow } from "../../store/tables/columns.js";

/** One score of each sample, scorer and version, in plan order; where both have one, the fresh one counts. */
export function mergeScores(before: readonly ScoreRow[], fresh: readonly ScoreRow[]): ScoreRow[] {
  const merged = new Map([...before, ...fresh].map((row) => [scoreKey(row), row]));
  return [...merged.values()].sort(
    (a, b) => a.plan_index - b.plan_index || (scoreKey(a) < scoreKey(b) ? -1 : 1),
  );
}

/** The fresh scores that are new or have changed. */
export function changedScores(before: readonly ScoreRow[], fresh: readonly ScoreRow[]): ScoreRow[] {
  const known = new Map(before.map((row) => [scoreKey(row), row]));
  return fresh.filter((row) => !sameScore(known.get(scoreKey(row)), row));
}

const scoreKey = (row: ScoreRow): string => `${row.sample_id} ${row.scorer} ${row.scorer_version}`;

const sameScore = (a: ScoreRow | undefined, b: ScoreRow): boolean =>
  a !== undefined && a.value === b.value && a.label === b.label && a.reason === b.reason;
