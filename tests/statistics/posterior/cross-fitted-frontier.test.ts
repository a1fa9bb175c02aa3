import { describe, expect, it } from "vitest";
import {
  crossFittedFrontiers,
  type QuestionCurves,
} from "../../../src/statistics/posterior/cross-fitted-frontier.js";
import { pooledCapability } from "../../../src/statistics/posterior/pooled-capability.js";
import { WIDTH_LOGITS } from "../../../src/statistics/psychometric/psychometric.js";

const COUNT = 10;
const STRENGTHS = Array.from({ length: 41 }, (_, i) => 2 ** (-2 + i / 10));

/** Curves without uncertainty: target rises around `onset`, capability falls around `collapse` (positions). */
function certain(question: string, onset: number, collapse: number, perUnit = 1): QuestionCurves {
  const all = (value: number) => new Float64Array(COUNT).fill(value);
  const curve = (threshold: number, start: number, end: number) => ({
    threshold: all(threshold),
    slope: all(WIDTH_LOGITS),
    start: all(start),
    end: all(end),
  });
  return {
    question,
    axis: "log",
    perUnit,
    curves: {
      count: COUNT,
      from: -5,
      to: 5,
      rise: curve(onset, 0, 1),
      intact: curve(4, 1, 0),
      capability: pooledCapability(curve(collapse, 0.9, 0)),
    },
  };
}

const frontierAt = (questions: readonly QuestionCurves[], loss: number) =>
  crossFittedFrontiers(questions, STRENGTHS, [loss], 0.95)?.[0];

describe("the cross-fitted frontier", () => {
  it("takes for each half the strength that the other half chose", () => {
    const found = frontierAt(
      [certain("a", 0, 1), certain("b", 0, 2), certain("c", 0, 1), certain("d", 0, 2)],
      0.1,
    );
    const [first, second] = found?.halves ?? [];
    expect(first?.questions).toEqual(["a", "c"]);
    // Kept is .9 at threshold - log2-octaves of ln 9 / slope: 2 - .373 for b and d, 1 - .373 for a and c.
    expect(Math.log2(first?.strength ?? 0)).toBeCloseTo(1.6, 9);
    expect(Math.log2(second?.strength ?? 0)).toBeCloseTo(0.6, 9);
    expect(first?.kept).toBeLessThan(0.9);
    expect(second?.kept).toBeGreaterThan(0.9);
    expect(found?.rate).toBeCloseTo(((first?.rate ?? 0) + (second?.rate ?? 0)) / 2, 12);
  });

  it("gives at several losses what it gives at each of them alone", () => {
    const questions = [certain("a", 0, 1), certain("b", -1, 2), certain("c", 0.5, 1.5), certain("d", 1, 2)];
    const losses = [0.02, 0.1, 0.4];
    const together = crossFittedFrontiers(questions, STRENGTHS, losses, 0.95);
    expect(together).toEqual(losses.map((loss) => frontierAt(questions, loss)));
    expect(new Set(together?.map(({ halves }) => halves[0].strength)).size).toBe(3);
  });

  it("tells strengths in one unit over questions whose own units differ", () => {
    const same = [certain("a", 0, 1), certain("b", 1, 2, 2)];
    const found = frontierAt(same, 0.1);
    expect(found?.halves[0].strength).toBe(found?.halves[1].strength);
    expect(found?.halves[0].rate).toBeCloseTo(found?.halves[1].rate ?? 0, 2);
  });

  it("keeps the baseline where capability goes before the target comes, and needs two questions", () => {
    const shut = frontierAt([certain("a", 3, -4), certain("b", 3, -4)], 0.05);
    expect(shut?.halves.map(({ strength }) => strength)).toEqual([null, null]);
    expect(shut).toMatchObject({ rate: 0, low: 0, high: 0 });
    expect(crossFittedFrontiers([certain("a", 0, 1)], STRENGTHS, [0.05], 0.95)).toBeNull();
  });
});
