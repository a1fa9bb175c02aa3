import { expect, test } from "vitest";
import type { PlannedModel } from "../../src/plan/plan.js";
import { laneStep, lanesOf, type Turn, takeTurns } from "../../src/run/adaptive/lanes.js";

const ladder = [2, 6, 15, 36].map(
  (parameters) => ({ name: `${parameters}`, shape: { parameters } }) as PlannedModel,
);
const names = (limit: number | null) =>
  lanesOf(ladder, limit).map(({ models }) => models.map(({ name }) => name));

test("a ladder forms two lanes of about the same work, and one where its models share a limit of samples", () => {
  expect(names(null)).toEqual([
    ["2", "36"],
    ["6", "15"],
  ]);
  expect(names(1000)).toEqual([["2", "6", "15", "36"]]);
  expect(lanesOf(ladder.slice(0, 1), null)).toHaveLength(1);
});

test("no two lanes have a step in common", () => {
  const steps = lanesOf(ladder, null).flatMap((lane) => [0, 1, 2].map((step) => laneStep(lane, step)));
  expect(new Set(steps).size).toBe(steps.length);
});

/** Resolves when told to, and keeps a record of what happens. */
function lane(name: string, log: string[], works: readonly (() => Promise<void>)[]) {
  return (async function* (): AsyncGenerator<Turn, void> {
    for (const [i, work] of works.entries()) {
      log.push(`${name}${i} begun`);
      yield { work: work().then(() => void log.push(`${name}${i} over`)) };
    }
    log.push(`${name} ended`);
  })();
}

const after = (milliseconds: number) => () =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

const unexpected = (cause: unknown) => expect.unreachable(String(cause));

test("lanes begin in the same order however long their work takes, each after its own work is over", async () => {
  for (const [slow, fast] of [
    [60, 1],
    [1, 60],
  ] as const) {
    const log: string[] = [];
    const a = lane("a", log, [after(slow), after(slow)]);
    const b = lane("b", log, [after(fast), after(fast), after(fast)]);
    await takeTurns([a, b], unexpected);
    expect(log.filter((line) => line.endsWith("begun"))).toEqual(
      ["a0", "b0", "a1", "b1", "b2"].map((one) => `${one} begun`),
    );
    for (const next of [
      "a0 over < a1 begun",
      "b0 over < b1 begun",
      "a1 over < a ended",
      "b2 over < b ended",
    ]) {
      const [before = "", later = ""] = next.split(" < ");
      expect(log.indexOf(before), next).toBeGreaterThanOrEqual(0);
      expect(log.indexOf(before), next).toBeLessThan(log.indexOf(later));
    }
  }
});

test("work of one lane goes on while the other has its turn", async () => {
  const log: string[] = [];
  await takeTurns([lane("a", log, [after(40)]), lane("b", log, [after(1)])], unexpected);
  expect(log.indexOf("b0 begun")).toBeLessThan(log.indexOf("a0 over"));
});

test("a failure of one lane is reported at once, and thrown when the other's work is over", async () => {
  const log: string[] = [];
  const failing = lane("a", log, [() => Promise.reject(new Error("a fault"))]);
  const turns = takeTurns([failing, lane("b", log, [after(30), after(30)])], (cause) => {
    log.push(`abandoned by ${cause}`);
  });
  await expect(turns).rejects.toThrow("a fault");
  expect(log.slice(-2)).toEqual(["abandoned by Error: a fault", "b0 over"]);
  expect(log).not.toContain("b1 begun");
});
