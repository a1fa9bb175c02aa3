import type { ConditionCounts } from "./counts.js";
import type { DesignCondition } from "./design.js";
import type { PlacedSamples } from "./opening.js";

interface DrawnSamples extends PlacedSamples {
  readonly draw: number;
}

const QUESTIONS_A_TURN = 4;

/**
 * Distributes the samples of a condition over its draws in turn: each pass over the tasks goes to the next draw, and so
 * do four answers that have no pass beside them.
 */
export function takeTurns(
  rows: readonly PlacedSamples[],
  { draws, tasks, samplable }: DesignCondition,
  counts: ConditionCounts,
): DrawnSamples[] {
  if (draws === 1) return rows.map((row) => ({ ...row, draw: 0 }));
  const total = (list: readonly { n: number }[]) => list.reduce((sum, { n }) => sum + n, 0);
  const next = {
    task: Math.round(total(counts.capability) / Math.max(1, tasks)),
    question: Math.round(total(counts.intact) / QUESTIONS_A_TURN),
  };
  return rows.flatMap(({ x, question, task }) => {
    const turns = samplable.task && samplable.question ? task || Math.ceil(question / QUESTIONS_A_TURN) : 1;
    const kind = task > 0 ? "task" : "question";
    const byDraw = new Map<number, { question: number; task: number }>();
    for (let i = 0; i < turns; i += 1) {
      const draw = next[kind] % draws;
      next[kind] += 1;
      const there = byDraw.get(draw) ?? { question: 0, task: 0 };
      byDraw.set(draw, {
        question: there.question + part(question, turns, i),
        task: there.task + part(task, turns, i),
      });
    }
    return [...byDraw].toSorted(([a], [b]) => a - b).map(([draw, samples]) => ({ x, draw, ...samples }));
  });
}

/** The i-th of `parts` whole parts of a number, as equal as possible. */
function part(whole: number, parts: number, i: number): number {
  return Math.floor(((i + 1) * whole) / parts) - Math.floor((i * whole) / parts);
}
