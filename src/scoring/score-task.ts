import type { PythonTask } from "../config/experiment.js";
import type { Judge } from "./sandbox/python-sandbox.js";
import type { Response, Score } from "./scorer.js";
import { TASK_SCORERS } from "./scorers.js";
import { toScore } from "./verdict.js";

/** Every task scorer's score of every response: scorers in order, and responses in order within each. */
export async function scoreTask(
  sandbox: Judge,
  task: PythonTask,
  responses: readonly Response[],
): Promise<readonly Score[]> {
  const scores = await Promise.all(
    TASK_SCORERS.map(async (scorer) => {
      const verdicts = await scorer.score(task, responses, sandbox);
      if (verdicts.length !== responses.length) {
        throw new Error(
          `scorer ${scorer.name}: gave ${verdicts.length} verdicts for ${responses.length} responses to ${task.id}`,
        );
      }
      return responses.flatMap((response, index) => {
        const verdict = verdicts[index];
        return verdict === undefined ? [] : [toScore(scorer, response, verdict)];
      });
    }),
  );
  return scores.flat();
}
