import { expect, test } from "vitest";

import { outcomeOfReport } from "../../../src/scoring/sandbox/program-report.js";

const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

test.each([
  ["nothing", null],
  ["no JSON", "{"],
  ["nested", `{"results": [["value", ${nested(200_000)}]]}`],
  ["nested where a word belongs", `{"results": [[${nested(200_000)}, 1]]}`],
  ["all nested", nested(400_000)],
  ["of more results than calls", `{"results": [${'["value", 1],'.repeat(70_000)}["value", 1]]}`],
  ["of much that is no result", `{"results": [${"0,".repeat(500_000)}0]}`],
  ["of many keys", `{${Array.from({ length: 50_000 }, (_, index) => `"k${index}": 1`).join(",")}}`],
  ["of an endless number", '{"results": [["value", 1e999]]}'],
  ["of a giant text", `{"results": [["value", "s${"x".repeat(1_000_000)}"]]}`],
  ["of a reason that is no text", `{"results": [["raised", ${nested(100_000)}]]}`],
  ["with a key of all objects", '{"__proto__": {"absent": true}}'],
])("a forged report, %s, is a program that left", (_, text) => {
  expect(outcomeOfReport(text, "f", 1)).toMatchObject({ kind: "failed", failure: "exited" });
});

test.each([
  ["stopped", `{"stopped": "${"x".repeat(900_000)}"}`],
  ["raised", `{"results": [["raised", "${"x".repeat(900_000)}"]]}`],
  ["not plain", `{"results": [["unplain", "${"x".repeat(900_000)}"]]}`],
])("a forged reason is cut to what fits a table: %s", (_, text) => {
  const outcome = outcomeOfReport(text, "f", 1);
  expect(outcome.kind === "failed" && outcome.detail.length).toBeLessThanOrEqual(300);
});
