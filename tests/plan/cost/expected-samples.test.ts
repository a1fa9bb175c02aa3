import { expect, it } from "vitest";
import { expectedWindowSamples } from "../../../src/plan/cost/expected-samples.js";

it("expects more samples of a narrower interval, within the measured precisions and beyond", () => {
  const precisions = [0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.8, 1.2];
  const samples = precisions.map(expectedWindowSamples);
  expect(samples).toEqual(samples.toSorted((a, b) => b - a));
  expect(samples.every((n) => Number.isInteger(n) && n > 50)).toBe(true);
});

it("refuses a precision of 0", () => {
  expect(() => expectedWindowSamples(0)).toThrow("precision 0 is not above 0");
});
