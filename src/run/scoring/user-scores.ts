import type { Experiment } from "../../config/experiment.js";
import { instruct } from "../../plan/prompts.js";
import type { Score } from "../../scoring/scorer.js";
import type { UserScorer } from "../../scoring/user/open-user-scorer.js";
import type { AskedResponse } from "../../scoring/user/user-scorer.js";
import { toScore } from "../../scoring/verdict.js";
import type { SampleRow } from "../../store/tables/columns.js";
import { taskKey, tasksByKey } from "./task-key.js";

/** What the user's own scorers make of samples, with the prompts that these were given. */
export function userScores(experiment: Experiment, scorers: readonly UserScorer[]) {
  const questions = new Map([...experiment.questions, ...experiment.development].map((one) => [one.id, one]));
  const tasks = tasksByKey(experiment.capabilities);
  const prompted = new Set(
    experiment.methods.filter(({ kind }) => kind === "prompt").map(({ name }) => name),
  );
  const askedOf = (sample: SampleRow): AskedResponse => {
    const asks = sample.prompt_kind;
    const question = asks === "question" ? (questions.get(sample.prompt_id) ?? null) : null;
    const task = asks === "task" ? tasks.get(taskKey(sample.capability, sample.prompt_id)) : null;
    const messages = question?.messages ?? task?.messages ?? [];
    const instruction = prompted.has(sample.method ?? "")
      ? (questions.get(sample.question ?? "")?.instruction ?? null)
      : null;
    const { sample_id, text, stop, model, method, layer, strength, unit } = sample;
    return {
      ...{ sample_id, text, stop, asks, question, model, method, layer, strength, unit },
      prompt: instruct(messages, instruction),
      task: asks === "task" ? sample.prompt_id : null,
      capability: sample.capability,
    };
  };
  return async (samples: readonly SampleRow[]): Promise<readonly Score[]> => {
    const scores = await Promise.all(
      scorers.map(async (scorer) => {
        const asked = samples.filter((sample) => sample.prompt_kind === scorer.asks).map(askedOf);
        const verdicts = await scorer.score(asked);
        return asked.flatMap((response, i) => {
          const verdict = verdicts[i];
          return verdict === undefined ? [] : [toScore(scorer, response, verdict)];
        });
      }),
    );
    return scores.flat();
  };
}
