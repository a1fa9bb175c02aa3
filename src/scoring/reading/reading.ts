import type { Question } from "../../config/experiment.js";
import { extractAnswer } from "./answer.js";
import { type Asserted, asserted } from "./asserted.js";
import { degeneracy } from "./degenerate.js";
import { withoutThoughts } from "./thoughts.js";

/** What can be read from a response to a question. */
interface Reading {
  /** The response without its thoughts. */
  readonly spoken: string;
  /** The last answer tag, otherwise the text; thoughts are not answers. */
  readonly answer: string;
  readonly asserted: Asserted;
  /** Why the response is degenerate, or null. */
  readonly degeneracy: string | null;
}

const LABEL_LENGTH = 60;

export function readResponse(question: Question, text: string): Reading {
  const spoken = withoutThoughts(text);
  const answer = extractAnswer(spoken).text;
  return {
    spoken,
    answer,
    asserted: asserted(answer, question.target, question.right),
    degeneracy: degeneracy(text) ?? (spoken === text || spoken.trim() === "" ? null : degeneracy(spoken)),
  };
}

/** The answer, if it is short enough for a table; null if it is a whole text. */
export function answerLabel(answer: string): string | null {
  const text = answer.replace(/\s+/gu, " ").trim();
  return text !== "" && text.length <= LABEL_LENGTH ? text : null;
}
