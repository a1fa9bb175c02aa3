import { contains } from "./contains.js";
import { python } from "./python.js";
import { refusal } from "./refusal.js";
import { responseClass } from "./response-class.js";
import { right } from "./right.js";
import type { QuestionScorer, TaskScorer } from "./scorer.js";
import { strict } from "./strict.js";

export type Scorer = QuestionScorer | TaskScorer;

/** Applied to every response to a question, in this order. */
export const QUESTION_SCORERS: readonly QuestionScorer[] = Object.freeze([
  contains,
  strict,
  right,
  responseClass,
]);

/** Applied to every response to a task of a capability. */
export const TASK_SCORERS: readonly TaskScorer[] = Object.freeze([python]);

/** Applied where a config names them under `scorers`. A new scorer is a file and a line here. */
export const OPTIONAL_SCORERS: readonly Scorer[] = Object.freeze([refusal]);
