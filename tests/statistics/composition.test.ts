import { expect, test } from "vitest";
import { compositionProblem } from "../../src/statistics/composition.js";
import type { CurveOutcomes } from "../../src/statistics/curve.js";
import { estimateCurve } from "../../src/statistics/fit/estimate.js";
import type { Cluster, OutcomeSeries } from "../../src/statistics/outcomes.js";

const easy: Cluster = { id: "easy", values: [1, 1, 1, 1] };
const hard: Cluster = { id: "hard", values: [0, 0, 0, 0] };
const strengths = [1, 2];

test("tasks that are scored with steering only, or without it only, are named", () => {
  const both = [easy, hard];
  const of = (points: readonly Cluster[], baseline: readonly Cluster[]): OutcomeSeries => ({
    strengths,
    points: [points, points],
    baseline,
  });
  expect(compositionProblem(of(both, both))).toBeNull();
  expect(compositionProblem(of(both, [easy]))).toBe("task hard was scored with steering only");
  expect(compositionProblem(of([easy], both))).toBe("task hard was scored without steering only");
  expect(compositionProblem(of([easy, { id: "hard", values: [] }], [easy]))).toBeNull();
});

test("a capability whose steered tasks are others than the unsteered ones has no window, not a collapse", () => {
  const answers: OutcomeSeries = {
    strengths,
    points: [[{ id: "q", values: [0, 1] }], [{ id: "q", values: [1, 1] }]],
    baseline: [{ id: "q", values: [0, 0] }],
  };
  const capability = {
    strengths,
    points: [
      [easy, hard],
      [easy, hard],
    ],
    baseline: [easy],
  };
  const curve: CurveOutcomes = { axis: "log", contains: answers, strict: answers, intact: null, capability };
  const { result } = estimateCurve(
    { key: "c", curve },
    {
      ...{ levels: { target: 0.5, capability: 0.9 }, gridLevel: 0.5, frontierLoss: 0.05 },
      ...{ confidence: 0.95, replicates: 20, seed: 0 },
    },
  );
  expect(result).toEqual({ kind: "not_estimated", reason: "task hard was scored with steering only" });
});
