import type { Problem } from "../../config/problem.js";
import type { SweepRow } from "./sweep-row.js";

interface Limit {
  readonly what: string;
  readonly most: number;
  readonly count: (rows: readonly SweepRow[]) => number;
  readonly advice: string;
}

/** Sizes up to which the windows of a table take minutes. */
const LIMITS: readonly Limit[] = [
  {
    what: "too many sweeps (a model and question each)",
    most: 200,
    count: (rows) => distinct(rows, ({ model, question }) => [model, question]),
    advice: "split the table by question or model",
  },
  {
    what: "too many strengths in all sweeps together",
    most: 10_000,
    count: (rows) => distinct(rows, ({ model, question, strength }) => [model, question, strength]),
    advice: "put neighbouring strengths into one",
  },
  {
    what: "too many answers and task samples (n_target and n_capability)",
    most: 500_000,
    count: (rows) => rows.reduce((sum, { nTarget, nCapability }) => sum + nTarget + nCapability, 0),
    advice: "leave out items, or put them into one row a strength",
  },
];

/** What a table holds more of than its windows can be computed of. */
export function limitProblems(rows: readonly SweepRow[], file: string): Problem[] {
  return LIMITS.flatMap(({ what, most, count, advice }) => {
    const received = count(rows);
    if (received <= most) return [];
    const expected = `at most ${most}: ${advice}`;
    return [{ file, line: null, column: null, key: "", what, received: String(received), expected }];
  });
}

function distinct(rows: readonly SweepRow[], keyOf: (row: SweepRow) => unknown): number {
  return new Set(rows.map((row) => JSON.stringify(keyOf(row)))).size;
}
