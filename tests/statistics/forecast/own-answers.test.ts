import { describe, expect, it } from "vitest";
import { answerLogprob, keptProbability, keptValue } from "../../../src/statistics/forecast/own-answers.js";

describe("the probability of an own answer", () => {
  it("is the sum of the tokens' log-probabilities at temperature 1", () => {
    expect(answerLogprob([-0.1, -2, -0.003], 1)).toBeCloseTo(-2.103, 9);
  });

  it("is exact at another temperature where there are two candidates", () => {
    const p = 0.8;
    const tempered = p ** 2 / (p ** 2 + (1 - p) ** 2);
    expect(answerLogprob([Math.log(p), Math.log(p)], 0.5)).toBeCloseTo(2 * Math.log(tempered), 9);
  });

  it("has a number for tokens that are certain, impossible, or decoded greedily", () => {
    expect(answerLogprob([0], 0.7)).toBeCloseTo(0, 6);
    expect(answerLogprob([-2000], 0.7)).toBeCloseTo(-2000 / 0.7, 0);
    expect(answerLogprob([Math.log(0.6)], 0)).toBeGreaterThan(Math.log(0.97));
    expect(answerLogprob([], 0.7)).toBeCloseTo(0);
  });
});

describe("the share of the probability that is kept", () => {
  it("compares the mean over tasks with the unsteered one, and counts non-finite logits as nothing", () => {
    const unsteered = [Math.log(0.8), Math.log(0.6)];
    expect(keptProbability(unsteered, unsteered)).toBe(1);
    expect(keptProbability([Math.log(0.7), null], unsteered)).toBeCloseTo(0.5, 12);
  });

  it("gives a value of 0 at the level, and a number everywhere", () => {
    expect(keptValue(0.85, 0.85)).toBe(0);
    expect(keptValue(0.9, 0.85)).toBeGreaterThan(0);
    expect(keptValue(1.02, 0.85)).toBeLessThan(30);
    expect(keptValue(0, 0.85)).toBeGreaterThan(-30);
  });
});
