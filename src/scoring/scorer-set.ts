import type { ScorerReference } from "../config/experiment.js";
import type { QuestionScorer, TaskScorer } from "./scorer.js";
import { OPTIONAL_SCORERS, QUESTION_SCORERS, type Scorer, TASK_SCORERS } from "./scorers.js";

/** Everything that scores the responses of one experiment. */
export interface ScorerSet {
  readonly question: readonly QuestionScorer[];
  readonly task: readonly TaskScorer[];
  /** All of them, those that the config names last. */
  readonly all: readonly Scorer[];
}

/**
 * The scorers of every run, and those that a config names.
 *
 * @throws RangeError where one is not known.
 */
export function scorerSet(named: readonly ScorerReference[]): ScorerSet {
  const chosen = named.map(({ name }) => {
    const scorer = OPTIONAL_SCORERS.find((optional) => optional.name === name);
    if (scorer === undefined) throw new RangeError(`there is no scorer ${name}`);
    return scorer;
  });
  const all = [...QUESTION_SCORERS, ...TASK_SCORERS, ...chosen];
  return {
    question: all.filter((scorer) => scorer.asks === "question"),
    task: all.filter((scorer) => scorer.asks === "task"),
    all,
  };
}
