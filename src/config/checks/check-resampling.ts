import type { ActivationMethod, Experiment } from "../experiment.js";
import { methodQuestions } from "../method-questions.js";
import { type Origins, problemOf } from "../origins.js";
import type { Problem } from "../problem.js";

/** Adds a problem for every contrast from which a method draws statements and which has too few. */
export function checkResampling(
  experiment: Experiment,
  method: ActivationMethod,
  index: number,
  origins: Origins,
  problems: Problem[],
): void {
  const { contrast, resample, name } = method;
  if (resample === "none") return;
  if (contrast === null) {
    const fault = { what: "has no statements to draw from", received: "statements", expected: "a contrast" };
    problems.push(problemOf(origins, `methods.${index}.resample`, fault));
    return;
  }
  for (const { question, part } of methodQuestions(experiment, method)) {
    const pair = question.contrast[contrast];
    if (pair === undefined) continue;
    for (const side of ["positive", "negative"] as const) {
      const count = pair[side].length;
      if (count > 1) continue;
      const what = `cannot be resampled, as the method ${name} asks`;
      const fault = { what, received: `${count} statement`, expected: "at least 2" };
      problems.push(problemOf(origins, `${part}.file`, fault, ["contrast", contrast, side]));
    }
  }
}
