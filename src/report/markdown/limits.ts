import type { RunFindings } from "../../analysis/findings.js";
import type { WindowRow } from "../../analysis/windows/window-rows.js";
import { highestOf } from "../../statistics/extremes.js";
import { formatP } from "../words/format.js";

/** What could not have been shown, whatever came out: one line each. */
export function limits({ experiment, models }: RunFindings, windows: readonly WindowRow[]): string[] {
  const rows = windows.filter(({ role }) => role === "method");
  const rungs = Object.keys(models).length;
  const orders = Array.from({ length: rungs }, (_, i) => i + 1).reduce((product, n) => product * n, 1);
  const tasks = Math.max(0, highestOf(rows.map((row) => row.tasks)));
  const absent = experiment.models.map(({ name }) => name).filter((name) => !(name in models));
  return [
    rungs < 3
      ? `A trend over size: ${rungs} of the ladder's rungs were run, too few for any test.`
      : `A trend beyond chance: ${rungs} rungs have ${orders} orders, so the smallest two-sided p they can give is 2/${orders} (${formatP(2 / orders)}), whatever the widths.`,
    "Size as a cause: rungs differ in more than size, and one training run a rung cannot tell size from seed.",
    tasks >= 20
      ? `Other questions and statements: the intervals generalise to other samples, and over ${tasks} tasks to tasks like these, not to other questions.`
      : `Other tasks or questions: with ${tasks} tasks (fewer than 20) the intervals generalise to other samples of these tasks only.`,
    betweenStrengths(rows),
    ...(rows.every(({ control }) => control === null)
      ? ["How much of the collapse is mere norm: no random directions were run."]
      : []),
    ...(absent.length > 0 ? [`Anything about ${absent.join(", ")}: not run.`] : []),
  ];
}

function betweenStrengths(rows: readonly WindowRow[]): string {
  const axis = rows.some((row) => row.axis === "linear") ? "the strength's axis" : "log2 strength";
  return rows.some(({ headline }) => headline?.estimator === "posterior")
    ? `Any other shape of the curves: the posterior takes each to be logistic on ${axis}, with its own floor and ceiling; the monotone fits in windows.md assume no shape.`
    : `Anything between two tested strengths: ends are interpolated on ${axis}, and no interval of an end is narrower than the step that it lies in.`;
}
