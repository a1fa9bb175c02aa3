import { expect, test } from "vitest";
import { PUBLISHED, publishedVerdicts } from "../../../src/analysis/windows/published.js";
import { publishedTable } from "../../../src/report/markdown/windows/published-table.js";

test("published sizes that were not run are reported as not run, cell by cell", () => {
  const verdicts = publishedVerdicts([], 0.95);
  expect(verdicts).toHaveLength(4 * PUBLISHED.length);
  expect(new Set(verdicts.map((cell) => cell.verdict))).toEqual(new Set(["not_run"]));
  const table = publishedTable(verdicts);
  expect(table).toContain("gemma-3-27b-it");
  expect(table.match(/not run/g)).toHaveLength(16);
});
