import type { ScoreRow } from "../../src/store/tables/columns.js";

export const scoreRows = (first: number, count: number): ScoreRow[] =>
  Array.from({ length: count }, (_, i) => ({
    plan_index: first + i,
    sample_id: `sample-${first + i}`,
    scorer: "strict",
    scorer_version: 1,
    value: i % 3 === 0 ? null : i % 2,
    label: i % 2 === 0 ? "target" : null,
    reason: i % 3 === 0 ? "trap" : null,
  }));
