import { expect, test } from "vitest";
import { CellTally } from "../../../src/statistics/tally/cell-tally.js";
import type { OutcomeCurve, ScorerDeclaration } from "../../../src/statistics/tally/outcome.js";
import { curveScorers, tallyingOf } from "../../../src/statistics/tally/tallying.js";

const rate = (name: string, curve: OutcomeCurve, more: Partial<ScorerDeclaration["outcome"]> = {}) =>
  ({
    name,
    asks: curve === "capability" ? "task" : "question",
    outcome: { kind: "rate", curve, smaller_is_better: false, ...more },
  }) satisfies ScorerDeclaration;

const EVERY_RUN = [rate("strict", "target"), rate("contains", "loose_target"), rate("python", "capability")];

const answer = { prompt_kind: "question", prompt_id: "owl", capability: null } as const;
const task = (prompt_id: string) =>
  ({ prompt_kind: "task", prompt_id, capability: "code", strength_raw: 2, strength_resid: 0.5 }) as const;
const score = (scorer: string, value: number | null, label: string | null = null) => ({
  scorer,
  value,
  label,
});

test("values are kept by scorer and prompt, and samples without a value are counted", () => {
  const tally = new CellTally(tallyingOf(EVERY_RUN));
  const sample = { ...answer, strength_raw: null, strength_resid: null };
  tally.add(sample, [score("strict", 1), score("contains", 1)]);
  tally.add(sample, [score("strict", null), score("contains", 0)]);
  tally.add(sample, [score("contains", 1)]);
  for (const [id, value] of [
    ["b", 1],
    ["a", 0],
    ["b", 0],
  ] as const)
    tally.add(task(id), [score("python", value)]);
  expect(tally.clusters("strict", { question: "owl" })).toEqual([{ id: "owl", values: [1] }]);
  expect(tally.clusters("contains", { question: "owl" })).toEqual([{ id: "owl", values: [1, 0, 1] }]);
  expect(tally.clusters("python", { capability: "code" })).toEqual([
    { id: "a", values: [0] },
    { id: "b", values: [1, 0] },
  ]);
  expect(tally.unscored("strict", { question: "owl" })).toBe(2);
  expect(tally.unscored("python", { capability: "code" })).toBe(0);
  expect(tally.unscored("strict", { question: "another" })).toBe(0);
  expect(tally).toMatchObject({ samples: 6, raw: 2, resid: 0.5 });
});

test("the last scorer that declares a curve makes it, turned where smaller is better", () => {
  const scorers = [...EVERY_RUN, rate("harm", "target", { kind: "mean", smaller_is_better: true })];
  expect(curveScorers(scorers)).toEqual({
    target: "harm",
    looseTarget: "contains",
    intact: null,
    capability: "python",
  });
  const tally = new CellTally(tallyingOf(scorers));
  tally.add({ ...answer, strength_raw: null, strength_resid: null }, [
    score("harm", 0.25),
    score("strict", 1),
  ]);
  expect(tally.clusters("harm", { question: "owl" })).toEqual([{ id: "owl", values: [0.75] }]);
  expect(tally.clusters("strict", { question: "owl" })).toEqual([]);
});

test("a further curve keeps its values as they are and counts its classes", () => {
  const scorers = [...EVERY_RUN, rate("tone", "own", { kind: "class", smaller_is_better: true })];
  const tally = new CellTally(tallyingOf(scorers));
  const sample = { ...answer, strength_raw: null, strength_resid: null };
  for (const label of ["calm", "angry", "calm"]) tally.add(sample, [score("tone", 1, label)]);
  tally.add(sample, [score("tone", null)]);
  expect(tally.clusters("tone", { question: "owl" })).toEqual([{ id: "owl", values: [1, 1, 1] }]);
  expect([...tally.labels("tone", { question: "owl" })]).toEqual([
    ["calm", 2],
    ["angry", 1],
  ]);
  expect(tally.unscored("tone", { question: "owl" })).toBe(1);
});

test("scorers without one for the target or the capability are refused", () => {
  expect(() => curveScorers([rate("python", "capability"), rate("contains", "loose_target")])).toThrow(
    "no scorer makes the curve target",
  );
});
