import type { Experiment, PythonTask, Question } from "../../config/experiment.js";
import type { Judge } from "../../scoring/sandbox/python-sandbox.js";
import { scoreQuestion } from "../../scoring/score-question.js";
import { scoreTask } from "../../scoring/score-task.js";
import type { Response, Score } from "../../scoring/scorer.js";
import type { ScorerSet } from "../../scoring/scorer-set.js";
import type { SampleRow, ScoreRow } from "../../store/tables/columns.js";
import { groupBy } from "../../util/group-by.js";
import { taskKey, tasksByKey } from "./task-key.js";
import { userScores } from "./user-scores.js";

/** Scores the samples of one committed piece; rows come back in plan order. */
export function pieceScorer(experiment: Experiment, sandbox: Judge, scorers: ScorerSet) {
  const byUser = userScores(experiment, scorers.user);
  const asked = [...experiment.questions, ...experiment.development];
  const questions = new Map(asked.map((question) => [question.id, question]));
  const tasks = tasksByKey(experiment.capabilities);
  return async (samples: readonly SampleRow[]): Promise<ScoreRow[]> => {
    const groups = groupBy(
      samples,
      ({ prompt_kind, capability, prompt_id }) => `${prompt_kind} ${taskKey(capability, prompt_id)}`,
    );
    const scored = await Promise.all([
      ...[...groups.values()].map((group) => scoreGroup(group, questions, tasks, scorers, sandbox)),
      byUser(samples),
    ]);
    const planIndex = new Map(samples.map((sample) => [sample.sample_id, sample.plan_index]));
    return scored
      .flat()
      .map((score) => ({ plan_index: planIndex.get(score.sample_id) ?? -1, ...score }))
      .sort((a, b) => a.plan_index - b.plan_index || (a.scorer < b.scorer ? -1 : 1));
  };
}

async function scoreGroup(
  samples: readonly SampleRow[],
  questions: ReadonlyMap<string, Question>,
  tasks: ReadonlyMap<string, PythonTask>,
  scorers: ScorerSet,
  sandbox: Judge,
): Promise<readonly Score[]> {
  const [first] = samples;
  if (first === undefined) return [];
  const responses: Response[] = samples.map(({ sample_id, text, stop }) => ({ sample_id, text, stop }));
  if (first.prompt_kind === "question") {
    const question = questions.get(first.prompt_id);
    if (question === undefined)
      throw new Error(`sample ${first.sample_id} answers the unknown question ${first.prompt_id}`);
    return scoreQuestion(question, responses, scorers.question);
  }
  const task = tasks.get(taskKey(first.capability, first.prompt_id));
  if (task === undefined)
    throw new Error(`sample ${first.sample_id} answers the unknown task ${first.prompt_id}`);
  return scoreTask(sandbox, task, responses, scorers.task);
}
