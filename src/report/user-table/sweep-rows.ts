import { type Problem, shown, throwProblems } from "../../config/problem.js";
import { limitProblems } from "./sweep-limits.js";
import type { SweepRow } from "./sweep-row.js";
import type { Cell, RawTable } from "./sweep-table.js";

const COUNTS = ["n_target", "target_hits", "n_capability", "capability_passes"] as const;
const REQUIRED = ["model", "parameters", "question", "strength", ...COUNTS];

/**
 * The rows of a table, checked. A strength that is empty or 0 is the baseline.
 *
 * @throws UserError with every problem at once, each with file, line and column.
 */
export function sweepRows(table: RawTable, file: string): SweepRow[] {
  const missing = REQUIRED.filter((name) => !table.columns.includes(name));
  throwProblems(
    missing.map((key) => problemAt(file, null, key, "column is missing", null, "a column of this name")),
  );
  const clusters = ["task", "item"].filter((name) => table.columns.includes(name));
  if (clusters.length > 1) {
    throwProblems([problemAt(file, null, "task, item", "both are there", null, "one column to cluster by")]);
  }
  const problems: Problem[] = [];
  const rows = table.rows.map((cells) => parseRow(cells, clusters[0] ?? null, file, problems));
  throwProblems(problems);
  throwProblems(wholeTable(rows, table, file));
  throwProblems(limitProblems(rows, file));
  return rows;
}

function parseRow(
  cells: ReadonlyMap<string, Cell>,
  cluster: string | null,
  file: string,
  problems: Problem[],
): SweepRow {
  const text = (key: string) => {
    const cell = cells.get(key);
    if (cell?.value === null || cell === undefined) {
      problems.push(problemAt(file, cell ?? null, key, "is empty", null, "a name"));
    }
    return String(cell?.value ?? "");
  };
  const number = (key: string, expected: string, holds: (value: number) => boolean) => {
    const cell = cells.get(key);
    const value = cell === undefined || cell.value === null ? Number.NaN : Number(cell.value);
    if (!holds(value))
      problems.push(problemAt(file, cell ?? null, key, "has no valid value", cell?.value, expected));
    return value;
  };
  const count = (key: string, most: number, what: string) =>
    number(key, `a whole number from 0 to ${what}`, (n) => Number.isInteger(n) && n >= 0 && n <= most);
  const strength = cells.get("strength")?.value ?? null;
  const nTarget = count("n_target", 1e9, "1e9");
  const nCapability = count("n_capability", 1e9, "1e9");
  return {
    model: text("model"),
    parameters: number("parameters", "a positive number", (n) => n > 0 && Number.isFinite(n)),
    question: text("question"),
    strength:
      strength === null
        ? null
        : number(
            "strength",
            "a number from 0, or nothing for the baseline",
            (n) => n >= 0 && Number.isFinite(n),
          ) || null,
    nTarget,
    targetHits: count("target_hits", Number.isNaN(nTarget) ? 1e9 : nTarget, "n_target"),
    nCapability,
    capabilityPasses: count(
      "capability_passes",
      Number.isNaN(nCapability) ? 1e9 : nCapability,
      "n_capability",
    ),
    item: cluster === null ? null : text(cluster),
  };
}

/** What only shows over several rows: repeats, a model of two sizes, a sweep without a baseline. */
function wholeTable(rows: readonly SweepRow[], table: RawTable, file: string): Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<string, number>();
  const sizes = new Map<string, number>();
  const sweeps = new Map<
    string,
    { readonly baseline: boolean; readonly steered: boolean; readonly at: number }
  >();
  rows.forEach((row, i) => {
    const at = (key: string) => table.rows[i]?.get(key) ?? null;
    const condition = JSON.stringify([row.model, row.question, row.strength, row.item]);
    const first = seen.get(condition);
    if (first !== undefined) {
      const line = table.rows[first]?.get("model")?.line ?? first + 1;
      problems.push(
        problemAt(
          file,
          at("strength"),
          "strength",
          `repeats line ${line}`,
          row.strength,
          "one row a condition",
        ),
      );
    } else seen.set(condition, i);
    const size = sizes.get(row.model) ?? row.parameters;
    sizes.set(row.model, size);
    if (size !== row.parameters) {
      problems.push(
        problemAt(
          file,
          at("parameters"),
          "parameters",
          "differs within a model",
          row.parameters,
          String(size),
        ),
      );
    }
    const key = `${row.model}, ${row.question}`;
    const sweep = sweeps.get(key) ?? { baseline: false, steered: false, at: i };
    const baseline = sweep.baseline || row.strength === null;
    sweeps.set(key, { baseline, steered: sweep.steered || row.strength !== null, at: sweep.at });
  });
  for (const [key, { baseline, steered, at }] of sweeps) {
    const cell = table.rows[at]?.get("strength") ?? null;
    if (!baseline)
      problems.push(
        problemAt(file, cell, "strength", `no baseline of ${key}`, null, "a row with strength 0 or none"),
      );
    if (!steered)
      problems.push(
        problemAt(file, cell, "strength", `no steered row of ${key}`, null, "rows with strengths"),
      );
  }
  if (rows.length === 0) problems.push(problemAt(file, null, "", "has no rows", null, "one row a condition"));
  return problems;
}

function problemAt(
  file: string,
  cell: Cell | null,
  key: string,
  what: string,
  received: unknown,
  expected: string,
): Problem {
  return {
    file,
    line: cell?.line ?? null,
    column: cell?.column ?? null,
    key,
    what,
    received: received === null || received === undefined ? null : shown(received),
    expected,
  };
}
