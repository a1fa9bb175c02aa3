import type { PythonTask } from "../config/experiment.js";
import type { Judge } from "./sandbox/python-sandbox.js";
import type { Response, Score, TaskScorer, Verdict } from "./scorer.js";
import { TASK_SCORERS } from "./scorers.js";
import { toScore, unscored } from "./verdict.js";

/**
 * Every task scorer's score of every response: scorers in order, and responses in order within each. Where a scorer
 * throws, the responses are scored one by one, and those at which it throws are left without its score.
 */
export async function scoreTask(
  sandbox: Judge,
  task: PythonTask,
  responses: readonly Response[],
  scorers: readonly TaskScorer[] = TASK_SCORERS,
): Promise<readonly Score[]> {
  const scores = await Promise.all(
    scorers.map(async (scorer) => {
      const verdicts = await verdictsOf(scorer, task, responses, sandbox);
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

async function verdictsOf(
  scorer: TaskScorer,
  task: PythonTask,
  responses: readonly Response[],
  sandbox: Judge,
): Promise<readonly Verdict[]> {
  try {
    return await scorer.score(task, responses, sandbox);
  } catch (cause) {
    if (responses.length === 1) return [unscored(cause)];
    const alone = await Promise.all(
      responses.map((response) => verdictsOf(scorer, task, [response], sandbox)),
    );
    return alone.flat();
  }
}
