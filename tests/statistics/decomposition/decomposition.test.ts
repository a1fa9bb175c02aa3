import { describe, expect, it } from "vitest";
import {
  decompose,
  predictOnset,
  summariseDecomposition,
} from "../../../src/statistics/decomposition/decomposition.js";
import { ladderChange } from "../../../src/statistics/decomposition/decomposition-change.js";
import { seededRandom } from "../../../src/util/random.js";

const NEVER = Number.POSITIVE_INFINITY;
const random = seededRandom("decomposition");
const around = (mean: number) => Float64Array.from({ length: 200 }, () => mean + 0.2 * (random() - 0.5));

function window(onset: number, collapse: number, control: number, gain = 2) {
  return decompose({
    onset: around(onset),
    collapse: around(collapse),
    controlCollapse: around(control),
    predicted: predictOnset({ margin: 8, gain }),
  });
}

describe("decompose", () => {
  it("gives terms that add up to the width in every draw", () => {
    const { width, specificity, tolerance, onset, unexplained } = window(1, 3, 3.5);
    expect(width).toHaveLength(200);
    width.forEach((value, i) => {
      expect(Number(specificity?.[i]) + Number(tolerance?.[i]) - Number(onset[i])).toBeCloseTo(
        Number(value),
        12,
      );
      expect(2 + Number(unexplained?.[i])).toBeCloseTo(Number(onset[i]), 12);
    });
  });

  it("has summaries that add up, and an interval each", () => {
    const { width, specificity, tolerance, onset } = summariseDecomposition(window(1, 3, 3.5), 0.95);
    expect(Number(specificity?.value) + Number(tolerance?.value) - Number(onset.value)).toBeCloseTo(
      Number(width.value),
      12,
    );
    expect(Number(width.interval.low)).toBeLessThan(Number(width.value));
  });

  it("has summaries that add up exactly where some draws of an end have names", () => {
    const draws = (from: number, never: readonly number[]) =>
      Float64Array.from({ length: 9 }, (_, i) => (never.includes(i) ? NEVER : from + Math.sin(7 * i)));
    const summary = summariseDecomposition(
      decompose({
        onset: draws(1, [0, 1]),
        collapse: draws(3, [2]),
        controlCollapse: draws(2.5, [3, 4]),
        predicted: predictOnset({ margin: 4, gain: 1 }),
      }),
      0.95,
    );
    const [width, specificity, tolerance, onset, unexplained] = (
      ["width", "specificity", "tolerance", "onset", "unexplained"] as const
    ).map((term) => Number(summary[term]?.value));
    expect((specificity ?? 0) + (tolerance ?? 0) - (onset ?? 0)).toBeCloseTo(width ?? Number.NaN, 12);
    expect(2 + (unexplained ?? 0)).toBeCloseTo(onset ?? Number.NaN, 12);
  });

  it("keeps the names of ends beyond the numbers, on the side that they pull to", () => {
    const { width, specificity, unexplained } = decompose({
      onset: Float64Array.of(NEVER, 1, 1),
      collapse: Float64Array.of(2, NEVER, NEVER),
      controlCollapse: Float64Array.of(2, 2, NEVER),
      predicted: predictOnset({ margin: 4, gain: 1 }),
    });
    expect(width).toEqual([
      { name: "never_steered", side: "below" },
      { name: "never_collapsed", side: "above" },
      { name: "never_collapsed", side: "above" },
    ]);
    expect(specificity).toEqual([
      0,
      { name: "never_collapsed", side: "above" },
      { name: "never_collapsed+random_never_collapsed", side: "either" },
    ]);
    expect(unexplained).toEqual([{ name: "never_steered", side: "above" }, -1, -1]);
  });

  it("names a term that half of the draws have no number for", () => {
    const draws = Float64Array.of(NEVER, NEVER, NEVER, 1);
    const ends = { onset: draws, collapse: around(2).slice(0, 4), controlCollapse: null };
    const summary = summariseDecomposition(decompose({ ...ends, predicted: { name: "no_forecast" } }), 0.9);
    expect(summary).toMatchObject({ onset: { value: "never_steered" }, width: { value: "never_steered" } });
    expect(summary).toMatchObject({ specificity: null, tolerance: null, unexplained: null });
  });
});

describe("predictOnset", () => {
  it("is where the margin runs out, or says why it does not", () => {
    expect(predictOnset({ margin: 8, gain: 2 })).toMatchObject({ name: "at", position: 2 });
    expect(predictOnset({ margin: 10, gain: -0.1 })).toEqual({ name: "no_gain" });
    expect(predictOnset({ margin: -1, gain: 1 })).toEqual({ name: "no_margin" });
    expect(predictOnset({ margin: null, gain: null })).toEqual({ name: "no_forced_choice" });
    expect(predictOnset(null)).toEqual({ name: "no_forecast" });
  });
});

describe("ladderChange", () => {
  it("splits the change of the width into terms that add up to it", () => {
    // Specificity -0.5, tolerance +1, a gain that halves: onset +1, as predicted.
    const pairs = [0, 1, 2].map((q) => ({ from: window(1 + q, 3, 3), to: window(2 + q, 3.5, 4, 1) }));
    const change = ladderChange(pairs, 0.95, "change");
    const terms = change?.terms;
    const sum = Object.values(terms ?? {}).reduce((total, term) => total + (term?.mean ?? 0), 0);
    expect(sum).toBeCloseTo(change?.width.mean ?? Number.NaN, 12);
    expect(change).toMatchObject({ questions: 3, leftOut: 0 });
    expect(terms?.specificity?.mean).toBeCloseTo(-0.5, 1);
    expect(terms?.tolerance?.mean).toBeCloseTo(1, 1);
    expect(terms?.margin?.mean).toBe(0);
    expect(terms?.gain?.mean).toBe(-1);
    expect(terms?.unexplained?.mean).toBeCloseTo(0, 1);
    expect(change?.width.likeThese).toBeNull();
  });

  it("leaves out questions without numbers, and says so", () => {
    const open = decompose({
      onset: around(1),
      collapse: Float64Array.from({ length: 200 }, () => NEVER),
      controlCollapse: around(2),
      predicted: { name: "no_gain" },
    });
    const pair = { from: window(1, 2, 2), to: open };
    expect(ladderChange([pair], 0.95, "a")).toBeNull();
    expect(ladderChange([pair, { from: window(1, 2, 2), to: window(1, 2, 2) }], 0.95, "a")).toMatchObject({
      questions: 1,
      leftOut: 1,
    });
  });

  it("generalises to questions like these from 20 on", () => {
    const pairs = Array.from({ length: 20 }, (_, q) => ({
      from: window(1, 2, 2),
      to: window(1, 2 + q / 10, 2),
    }));
    const change = ladderChange(pairs, 0.95, "many");
    const length = ({ low, high }: { low: number; high: number }) => high - low;
    const width = change?.width;
    expect(length(width?.likeThese ?? { low: 0, high: 0 })).toBeGreaterThan(
      2 * length(width?.these ?? { low: 0, high: 9 }),
    );
  });
});
