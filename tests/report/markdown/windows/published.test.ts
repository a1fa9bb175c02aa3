import { describe, expect, test } from "vitest";
import { compareReference } from "../../../../src/report/compare-reference.js";
import {
  PUBLISHED,
  publishedTable,
  publishedVerdicts,
} from "../../../../src/report/markdown/windows/published.js";

describe("published beside measured", () => {
  test("sizes that were not run are said to be not run, cell by cell", () => {
    const verdicts = publishedVerdicts([], 0.95);
    expect(verdicts).toHaveLength(4 * PUBLISHED.length);
    expect(new Set(verdicts.map((cell) => cell.verdict))).toEqual(new Set(["not_run"]));
    const table = publishedTable(verdicts);
    expect(table).toContain("gemma-3-27b-it");
    expect(table.match(/not run/g)).toHaveLength(16);
  });
});

describe("a run beside the committed reference", () => {
  const header = "model,question,method,onset,collapse,width,frontier_rate";
  const reference = `${header}\nm,q,caa,0.5,1,1,0.9\nm,r,caa,,1,,0.1\n`;

  test("is said to be equal, close, or to differ and where", () => {
    expect(compareReference(reference, reference)).toContain("all 2 windows equal");
    expect(compareReference(reference, reference.replace("0.5,1,1", "0.55,1,0.95"))).toContain("agree");
    const other = compareReference(reference, reference.replace("0.5,1,1", "0.5,2,2"));
    expect(other).toContain("1 of 2 windows agree");
    expect(other).toContain("m q caa");
  });

  test("counts a window that got or lost its place as different", () => {
    expect(
      compareReference(reference, reference.replace("m,r,caa,,1,,0.1", "m,r,caa,0.9,1,0.1,0.1")),
    ).toContain("m r caa");
  });
});
