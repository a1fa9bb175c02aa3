import type { Question } from "../config/experiment.js";
import type { Response, Score } from "./scorer.js";
import { QUESTION_SCORERS } from "./scorers.js";
import { toScore } from "./verdict.js";

/** Every question scorer's score of every response: responses in order, and scorers in order within each. */
export function scoreQuestion(question: Question, responses: readonly Response[]): readonly Score[] {
  return responses.flatMap((response) =>
    QUESTION_SCORERS.map((scorer) => toScore(scorer, response, scorer.score(question, response))),
  );
}
