import { expect, test } from "vitest";
import { changesScores, mergeScores } from "../../../src/run/scoring/merge-scores.js";
import type { ScoreRow } from "../../../src/store/tables/columns.js";

const score = (plan_index: number, scorer: string, value: number, scorer_version = 2): ScoreRow => ({
  ...{ plan_index, sample_id: `s${plan_index}`, scorer, scorer_version, value },
  ...{ label: null, reason: null },
});

const BEFORE = [
  score(0, "strict", 1, 1),
  score(0, "strict", 1),
  score(1, "python", 0),
  score(3, "strict", 0),
  score(7, "strict", 1),
];

test("fresh scores take the place of those of the same sample, scorer and version; all others stay, in plan order", async () => {
  const fresh = [
    score(0, "contains", 1),
    score(0, "strict", 0),
    score(2, "strict", 1),
    score(3, "strict", 0),
    score(9, "strict", 1),
  ];
  const seen: string[] = [];
  const rows: ScoreRow[] = [];
  const merging = mergeScores(BEFORE, fresh, (row, changed) =>
    seen.push(`${row.plan_index} ${row.scorer} ${changed}`),
  );
  for await (const row of merging) rows.push(row);
  expect(rows).toEqual([
    score(0, "contains", 1),
    score(0, "strict", 1, 1),
    score(0, "strict", 0),
    score(1, "python", 0),
    score(2, "strict", 1),
    score(3, "strict", 0),
    score(7, "strict", 1),
    score(9, "strict", 1),
  ]);
  expect(seen).toEqual([
    "0 contains true",
    "0 strict true",
    "2 strict true",
    "3 strict false",
    "9 strict true",
  ]);
});

test("scores that are as they were change nothing", async () => {
  expect(await changesScores(BEFORE, BEFORE.slice(1, 4))).toBe(false);
  expect(await changesScores(BEFORE, [score(3, "strict", 1)])).toBe(true);
  expect(await changesScores([], [score(3, "strict", 1)])).toBe(true);
  expect(await changesScores(BEFORE, [])).toBe(false);
});
