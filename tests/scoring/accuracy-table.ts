import { readFileSync } from "node:fs";

import type { Accuracy } from "./accuracy.js";

/** One row of the table in docs/scorers.md. */
export function accuracyRow(scorer: string, responses: string, found: Accuracy): string {
  const rate = (value: number | null, hits: number, all: number) =>
    value === null ? "-" : `${value.toFixed(2)} (${hits}/${all})`;
  const sensitivity = rate(found.sensitivity, found.truePositives, found.positives);
  const specificity = rate(found.specificity, found.trueNegatives, found.negatives);
  return `| ${scorer} | ${responses} | ${sensitivity} | ${specificity} |`;
}

export function documentedRows(): readonly string[] {
  const text = readFileSync(new URL("../../docs/scorers.md", import.meta.url), "utf8");
  return text.split("\n").filter((line) => line.startsWith("| "));
}
