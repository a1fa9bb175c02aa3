import { describe, expect, test } from "vitest";
import { compareReference } from "../../src/report/compare-reference.js";
import { csv } from "../../src/report/csv/csv.js";

describe("a run beside the committed reference", () => {
  const shared = { model: "m", method: "caa", collapse: 1 };
  const first = { ...shared, question: "q", onset: 0.5, width: 1, frontier_rate: 0.9 };
  const second = { ...shared, question: "r", onset: null, width: null, frontier_rate: 0.1 };
  const rows = [first, second];
  const reference = csv(rows, null);

  test("is said to be equal, close, or to differ and where", () => {
    expect(compareReference(reference, rows)).toContain("all 2 windows equal");
    expect(compareReference(reference, [{ ...first, onset: 0.55, width: 0.95 }, second])).toContain("agree");
    const other = compareReference(reference, [{ ...first, collapse: 2, width: 2 }, second]);
    expect(other).toContain("1 of 2 windows agree");
    expect(other).toContain("m q caa");
  });

  test("counts a window that got or lost its place as different", () => {
    expect(compareReference(reference, [first, { ...second, onset: 0.9, width: 0.1 }])).toContain("m r caa");
  });
});
