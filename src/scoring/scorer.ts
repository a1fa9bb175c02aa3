import type { PythonTask, Question } from "../config/experiment.js";
import type { ScorerDeclaration } from "../statistics/tally/outcome.js";
import type { Judge } from "./sandbox/python-sandbox.js";

/** The part of a sample that a scorer receives. */
export interface Response {
  readonly sample_id: string;
  readonly text: string;
  /** "error" is a failure of the model under an edit (NaN or infinite logits), not a missing score. */
  readonly stop: "end" | "length" | "stop" | "error";
}

export type ResponseClass = "target" | "correct" | "other" | "refusal" | "degenerate";

/** A missing score is null with a reason; a failure of the model is 0 with a reason. Never NaN. */
export interface Score {
  readonly sample_id: string;
  readonly scorer: string;
  readonly scorer_version: number;
  readonly value: number | null;
  /** The class of a response, the extracted answer, or the kind of failure. */
  readonly label: string | null;
  /** Why the value is null (machinery), or why it is 0 where that helps a reader. */
  readonly reason: string | null;
}

/** A scorer's result for one response. */
export type Verdict = Pick<Score, "value" | "label" | "reason">;

/** What each scorer declares about itself; tables, curves and figures follow from it. */
export interface DeclaredScorer extends ScorerDeclaration {
  /** To be raised whenever a verdict could change. */
  readonly version: number;
}

/** A scorer of the responses to questions. Pure: the same response always gets the same verdict. */
export interface QuestionScorer extends DeclaredScorer {
  readonly asks: "question";
  score(question: Question, response: Response): Verdict;
}

/** A scorer of the responses to tasks, whose programs run in the given sandbox. Returns one verdict for each response, in order. */
export interface TaskScorer extends DeclaredScorer {
  readonly asks: "task";
  score(task: PythonTask, responses: readonly Response[], sandbox: Judge): Promise<readonly Verdict[]>;
}
