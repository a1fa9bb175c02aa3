import type { LoadedExperiment } from "../../config/load-experiment.js";
import { problemOf } from "../../config/origins.js";
import { shown, throwProblems } from "../../config/problem.js";
import { OPTIONAL_SCORERS, QUESTION_SCORERS, TASK_SCORERS } from "../../scoring/scorers.js";
import { closest } from "../../util/closest.js";

/** Throws a UserError with every scorer of a config that does not exist, or that every run has. */
export function checkScorers({ experiment, origins }: LoadedExperiment): void {
  const optional = OPTIONAL_SCORERS.map(({ name }) => name);
  const always = [...QUESTION_SCORERS, ...TASK_SCORERS].map(({ name }) => name);
  const problems = experiment.scorers.flatMap(({ name }, index) => {
    if (optional.includes(name)) return [];
    const what = always.includes(name) ? "is a scorer that every run has" : "no such scorer";
    const alike = closest(name, optional);
    const expected = alike === null ? `one of ${optional.join(", ")}` : `"${alike}"`;
    return [problemOf(origins, `scorers.${index}`, { what, received: shown(name), expected })];
  });
  throwProblems(problems);
}
