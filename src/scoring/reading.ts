import type { Question } from "../config/experiment.js";
import { extractAnswer } from "./answer.js";
import { type Asserted, asserted } from "./asserted.js";
import { degeneracy } from "./degenerate.js";

/** What can be read from a response to a question. */
export interface Reading {
  /** The last answer tag, else the text. */
  readonly answer: string;
  readonly asserted: Asserted;
  /** Why the response is no language any more, or null. */
  readonly degeneracy: string | null;
}

const LABEL_LENGTH = 60;

export function readResponse(question: Question, text: string): Reading {
  const answer = extractAnswer(text).text;
  return {
    answer,
    asserted: asserted(answer, question.target, question.right),
    degeneracy: degeneracy(text),
  };
}

/** The answer, short enough for a table; null where it is a whole text. */
export function answerLabel(answer: string): string | null {
  const text = answer.replace(/\s+/gu, " ").trim();
  return text !== "" && text.length <= LABEL_LENGTH ? text : null;
}
