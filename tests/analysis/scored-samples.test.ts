import { expect, test } from "vitest";
import type { ReportSample } from "../../src/analysis/input.js";
import { surveyScores } from "../../src/analysis/missing-scores.js";
import { scoredSamples } from "../../src/analysis/scored-samples.js";
import type { ScoreRow } from "../../src/store/tables/columns.js";

const sample = (plan_index: number): ReportSample => ({
  plan_index,
  sample_id: `s${plan_index}`,
  ...{ model: "m", parameters: 1, role: "baseline", method: null, question: null, draw: null, layer: null },
  ...{ positions: null, strength: null, unit: null, strength_raw: null, strength_resid: null },
  ...{ prompt_kind: "question", prompt_id: "owl", capability: null, text: "owl", stop: "end" },
});

const score = (plan_index: number, value: number | null, more: Partial<ScoreRow> = {}): ScoreRow => ({
  ...{ plan_index, sample_id: `s${plan_index}`, scorer: "strict", scorer_version: 2, value },
  ...{ label: null, reason: value === null ? "lost" : null },
  ...more,
});

const valuesOf = (samples: Iterable<ReportSample>, scores: readonly ScoreRow[]) =>
  [...scoredSamples(samples, scores, surveyScores(scores).newest)].map(
    ({ sample: { sample_id }, scores: own }) => [
      sample_id,
      own.map(({ scorer, value }) => `${scorer} ${value}`),
    ],
  );

test("each sample has its own scores; of several versions the highest, of equal ones the last", () => {
  const scores = [
    score(0, 0, { scorer_version: 1 }),
    score(0, 1),
    score(0, 0),
    score(0, 1, { scorer: "contains" }),
    score(2, 1, { scorer_version: 1 }),
    score(5, null),
  ];
  expect(valuesOf([sample(0), sample(1), sample(2), sample(5)], scores)).toEqual([
    ["s0", ["strict 0", "contains 1"]],
    ["s1", []],
    ["s2", []],
    ["s5", ["strict null"]],
  ]);
});

test("scores of samples that are not there are passed over", () => {
  expect(
    valuesOf([sample(1)], [score(0, 1), score(1, 1, { sample_id: "another" }), score(1, 0), score(2, 1)]),
  ).toEqual([["s1", ["strict 0"]]]);
});

test("tables that are not in plan order are refused", () => {
  expect(() => valuesOf([sample(1), sample(0)], [])).toThrow("the table of samples has plan_index 0 after 1");
  expect(() => valuesOf([sample(3)], [score(2, 1), score(1, 1)])).toThrow("the table of scores");
});

test("missing scores are counted by scorer and reason, those of the newest version alone", () => {
  const { missing } = surveyScores([
    score(0, null, { scorer_version: 1 }),
    score(0, null),
    score(1, null),
    score(2, null, { reason: "killed" }),
    score(3, 1),
    score(3, null, { scorer: "python", scorer_version: 1 }),
  ]);
  expect(missing).toEqual([
    { scorer: "strict", reason: "lost", scores: 2 },
    { scorer: "strict", reason: "killed", scores: 1 },
    { scorer: "python", reason: "lost", scores: 1 },
  ]);
});
