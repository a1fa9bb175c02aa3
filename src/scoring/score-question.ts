import type { Question } from "../config/experiment.js";
import type { QuestionScorer, Response, Score, Verdict } from "./scorer.js";
import { QUESTION_SCORERS } from "./scorers.js";
import { toScore, unscored } from "./verdict.js";

/**
 * Every question scorer's score of every response: responses in order, and scorers in order within each. A scorer that
 * throws leaves that response without its score.
 */
export function scoreQuestion(
  question: Question,
  responses: readonly Response[],
  scorers: readonly QuestionScorer[] = QUESTION_SCORERS,
): readonly Score[] {
  return responses.flatMap((response) =>
    scorers.map((scorer) => toScore(scorer, response, verdictOf(scorer, question, response))),
  );
}

function verdictOf(scorer: QuestionScorer, question: Question, response: Response): Verdict {
  try {
    return scorer.score(question, response);
  } catch (cause) {
    return unscored(cause);
  }
}
