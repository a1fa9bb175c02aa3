import type { ScorerReference } from "../config/experiment.js";
import type { DeclaredScorer, QuestionScorer, TaskScorer } from "./scorer.js";
import { OPTIONAL_SCORERS, QUESTION_SCORERS, TASK_SCORERS } from "./scorers.js";
import type { UserScorer } from "./user/open-user-scorer.js";

/** Everything that scores the responses of one experiment. */
export interface ScorerSet {
  readonly question: readonly QuestionScorer[];
  readonly task: readonly TaskScorer[];
  /** The user's own. */
  readonly user: readonly UserScorer[];
  /** All of them, those that the config names last. */
  readonly all: readonly DeclaredScorer[];
}

/**
 * The scorers of every run, and those that a config names; its files are those of `user`.
 *
 * @throws RangeError where one is not known.
 */
export function scorerSet(named: readonly ScorerReference[], user: readonly UserScorer[] = []): ScorerSet {
  const chosen = OPTIONAL_SCORERS.filter(({ name }) => named.some((one) => one.name === name));
  const own = [...QUESTION_SCORERS, ...TASK_SCORERS, ...chosen];
  return {
    question: own.filter((scorer) => scorer.asks === "question"),
    task: own.filter((scorer) => scorer.asks === "task"),
    user,
    all: declaredScorers(named, user),
  };
}

/**
 * What the scorers of an experiment declare, without any of the user's running: `user` is what those declared.
 *
 * @throws RangeError where one is not known.
 */
export function declaredScorers(
  named: readonly ScorerReference[],
  user: readonly DeclaredScorer[],
): readonly DeclaredScorer[] {
  const chosen = named.map(({ name, file }) => {
    const known: readonly DeclaredScorer[] = file === null ? OPTIONAL_SCORERS : user;
    const scorer = known.find((one) => one.name === name);
    if (scorer === undefined) throw new RangeError(`there is no scorer ${name}`);
    return scorer;
  });
  return [...QUESTION_SCORERS, ...TASK_SCORERS, ...chosen];
}
