import type { ScoreRow } from "../../store/tables/columns.js";

/**
 * One score of each sample, scorer and version; where both have one, the fresh one counts. Both come in plan order, as
 * the result does, and of each no more than one sample's scores are held.
 *
 * @param onFresh is given each fresh score, and whether it is new or not as it was.
 */
export async function* mergeScores(
  before: Iterable<ScoreRow>,
  fresh: Iterable<ScoreRow> | AsyncIterable<ScoreRow>,
  onFresh: (row: ScoreRow, changed: boolean) => void = () => {},
): AsyncGenerator<ScoreRow> {
  const known = bySample(before);
  let next = known.next();
  for await (const rows of bySampleAsync(fresh)) {
    const place = rows[0]?.plan_index ?? 0;
    for (; next.done !== true && placeOf(next.value) < place; next = known.next())
      yield* merged(next.value, []);
    const same = next.done !== true && placeOf(next.value) === place ? next.value : [];
    if (same.length > 0) next = known.next();
    const old = new Map(same.map((row) => [scoreKey(row), row]));
    for (const row of rows) onFresh(row, !sameScore(old.get(scoreKey(row)), row));
    yield* merged(same, rows);
  }
  for (; next.done !== true; next = known.next()) yield* merged(next.value, []);
}

/** Whether any of the fresh scores is new, or not as it was. */
export async function changesScores(before: Iterable<ScoreRow>, fresh: Iterable<ScoreRow>): Promise<boolean> {
  let any = false;
  const merging = mergeScores(before, fresh, (_, changed) => {
    any ||= changed;
  });
  for await (const _ of merging) if (any) return true;
  return any;
}

function merged(before: readonly ScoreRow[], fresh: readonly ScoreRow[]): readonly ScoreRow[] {
  const rows = new Map([...before, ...fresh].map((row) => [scoreKey(row), row]));
  return [...rows.values()].sort((a, b) => (scoreKey(a) < scoreKey(b) ? -1 : 1));
}

const placeOf = (rows: readonly ScoreRow[]): number => rows[0]?.plan_index ?? 0;

function* bySample(rows: Iterable<ScoreRow>): Generator<readonly ScoreRow[], undefined> {
  let own: ScoreRow[] = [];
  for (const row of rows) {
    if (own.length > 0 && placeOf(own) !== row.plan_index) {
      yield own;
      own = [];
    }
    own.push(row);
  }
  if (own.length > 0) yield own;
}

async function* bySampleAsync(
  rows: Iterable<ScoreRow> | AsyncIterable<ScoreRow>,
): AsyncGenerator<readonly ScoreRow[]> {
  let own: ScoreRow[] = [];
  for await (const row of rows) {
    if (own.length > 0 && placeOf(own) !== row.plan_index) {
      yield own;
      own = [];
    }
    own.push(row);
  }
  if (own.length > 0) yield own;
}

const scoreKey = (row: ScoreRow): string => `${row.sample_id} ${row.scorer} ${row.scorer_version}`;

const sameScore = (a: ScoreRow | undefined, b: ScoreRow): boolean =>
  a !== undefined && a.value === b.value && a.label === b.label && a.reason === b.reason;
