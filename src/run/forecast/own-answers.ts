import { UserError } from "../../util/user-error.js";
import { askLogprobs, type TokenSequence } from "./ask-logprobs.js";
import type { ForecastWork } from "./forecast-work.js";
import { done } from "./run-block.js";

/** The unsteered model's greedy answer to a task, and the log-probabilities of its tokens. */
export interface OwnAnswer {
  readonly task: string;
  readonly sequence: TokenSequence;
  /** Log-probabilities at temperature 1. */
  readonly tokens: readonly number[];
}

/**
 * The model's own answers to all tasks; tasks with an empty answer are left out.
 *
 * @throws UserError if all answers are empty.
 */
export async function ownAnswers(work: ForecastWork): Promise<readonly OwnAnswer[]> {
  const { model, tasks, decoding, rows } = work;
  const block = `forecast-${model.name}-answers`;
  const result = await done(work, {
    block,
    vectors: [],
    request: {
      kind: "generate",
      body: {
        rows,
        seed: 0,
        prompts: tasks.map(({ messages }) => ({ messages })),
        edits: [],
        decodings: [{ ...decoding, temperature: 0 }],
        samples: {
          id: tasks.map(({ id }) => `${block}/${id}`),
          prompt: tasks.map((_, index) => index),
          edit: tasks.map(() => -1),
          strength: tasks.map(() => 0),
          decoding: tasks.map(() => 0),
        },
      },
    },
    samples: tasks.length,
  });
  if (result.kind !== "generate") throw new Error(`block ${block} was answered with ${result.kind}`);
  const { text } = result.body.samples;
  const answered = tasks.flatMap(({ id, messages }, index) => {
    const continuation = text[index] ?? "";
    return continuation === "" ? [] : [{ task: id, sequence: { messages, prefix: "", continuation } }];
  });
  if (answered.length === 0) {
    throw new UserError(
      `the forecast of ${model.name}: the unsteered model gives an empty answer to each of the ${tasks.length} tasks, so its collapse cannot be forecast from its own answers`,
    );
  }
  const unsteered = answered.map(({ sequence }) => ({ sequence, condition: null, raw: 0 }));
  const values = await askLogprobs(work, `forecast-${model.name}-unsteered`, unsteered);
  return answered.flatMap((answer, index) => {
    const tokens = values[index] ?? [];
    return tokens.length === 0 ? [] : [{ ...answer, tokens }];
  });
}
