import { expect, test } from "vitest";
import type { Cell } from "../../../src/plan/plan.js";
import { strengthIn } from "../../../src/run/blocks/strength-scale.js";

const cell = (strength: number | null, unit: Cell["unit"]): Cell => ({
  id: "c",
  model: "m",
  method: "caa",
  role: "method",
  vector: "v",
  edit: { kind: "add", params: {}, sha256: null },
  question: "q",
  draw: 0,
  layer: 1,
  strength,
  unit,
  positions: "all",
  prompt: 0,
  decoding: { temperature: 1, top_k: 0, top_p: 1, max_tokens: 8, stop: [] },
  n: 1,
  first: 0,
  specification: "s",
});

test("resid is the share c|v|/r of the median residual norm", () => {
  expect(strengthIn(cell(0.5, "resid"), { vectorNorm: 4, residNorm: 40 })).toEqual({ raw: 5, resid: 0.5 });
  expect(strengthIn(cell(5, "raw"), { vectorNorm: 4, residNorm: 40 })).toEqual({ raw: 5, resid: 0.5 });
});

test("without a single vector raw has no share of the residual norm, and resid is refused", () => {
  expect(strengthIn(cell(2, "raw"), { vectorNorm: null, residNorm: 40 })).toEqual({ raw: 2, resid: null });
  expect(() => strengthIn(cell(2, "resid"), { vectorNorm: null, residNorm: 40 })).toThrow("unit resid");
});

test("a method without a strength has none in any unit", () => {
  expect(strengthIn(cell(null, null), { vectorNorm: 4, residNorm: 40 })).toBeNull();
});
