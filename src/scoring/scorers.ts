import { contains } from "./contains.js";
import { python } from "./python.js";
import { responseClass } from "./response-class.js";
import { right } from "./right.js";
import type { QuestionScorer, TaskScorer } from "./scorer.js";
import { strict } from "./strict.js";

/** Applied to every response to a question, in this order. A new scorer is a file and a line here. */
export const QUESTION_SCORERS: readonly QuestionScorer[] = Object.freeze([
  contains,
  strict,
  right,
  responseClass,
]);

/** Applied to every response to a task of a capability. */
export const TASK_SCORERS: readonly TaskScorer[] = Object.freeze([python]);
