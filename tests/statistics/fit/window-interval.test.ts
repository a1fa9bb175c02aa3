import { expect, test } from "vitest";
import type { CurveOutcomes } from "../../../src/statistics/curve.js";
import { estimateCurve } from "../../../src/statistics/fit/estimate.js";
import type { Cluster, OutcomeSeries } from "../../../src/statistics/outcomes.js";

const counted = (id: string, hits: number, n: number): Cluster[] => [
  { id, values: Array.from({ length: n }, (_, i) => Number(i < hits)) },
];

test("a numeric bound beside a name moves to the tested strength beyond it, since the step between is untested", () => {
  const strengths = [1, 2, 4, 8, 16, 32];
  const answers: OutcomeSeries = {
    strengths,
    points: [0, 0, 16, 16, 16, 16].map((hits) => counted("q", hits, 16)),
    baseline: counted("q", 0, 16),
  };
  const capability: OutcomeSeries = {
    strengths,
    points: [25, 26, 25, 24, 3, 2].map((hits) => counted("t", hits, 32)),
    baseline: counted("t", 26, 32),
  };
  const curve: CurveOutcomes = { axis: "log", contains: answers, strict: answers, intact: null, capability };
  const { result } = estimateCurve(
    { key: "coarse", curve },
    {
      ...{ levels: { target: 0.5, capability: 0.9 }, gridLevel: 0.5, frontierLoss: 0.05 },
      ...{ confidence: 0.95, replicates: 2000, seed: 0 },
    },
  );
  if (result.kind === "not_estimated") throw new Error(result.reason);
  const { window } = result.estimate;
  const collapse = result.estimate.intervals.these?.window.collapse;
  expect(window.collapse).toMatchObject({ name: "at", after: 8, by: 16 });
  expect(collapse?.low).toBe("collapsed_at_lowest");
  expect(collapse?.high).toBeCloseTo(16, 9);
  expect(result.estimate.intervals.these?.window.gridLimited.collapse).toBe(true);
});
