import type { LoadedExperiment } from "../../config/load-experiment.js";
import { problemOf } from "../../config/origins.js";
import { shown, throwProblems } from "../../config/problem.js";
import { OPTIONAL_SCORERS, QUESTION_SCORERS, TASK_SCORERS } from "../../scoring/scorers.js";
import { closest } from "../../util/closest.js";

/** Throws a UserError with every scorer of a config that does not exist, and every file with the name of another scorer. */
export function checkScorers({ experiment, origins }: LoadedExperiment): void {
  const optional = OPTIONAL_SCORERS.map(({ name }) => name);
  const always = [...QUESTION_SCORERS, ...TASK_SCORERS].map(({ name }) => name);
  const problems = experiment.scorers.flatMap(({ name, file }, index) => {
    const taken = always.includes(name) || (file !== null && optional.includes(name));
    if (!taken && (file !== null || optional.includes(name))) return [];
    const what = taken ? "has the name of a scorer of this program" : "no such scorer";
    const alike = file === null ? closest(name, optional) : null;
    const expected =
      file !== null
        ? "a file of another name"
        : alike === null
          ? `one of ${optional.join(", ")}`
          : `"${alike}"`;
    return [problemOf(origins, `scorers.${index}`, { what, received: shown(name), expected })];
  });
  throwProblems(problems);
}
