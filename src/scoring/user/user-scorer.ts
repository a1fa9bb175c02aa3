import type { Message, Question } from "../../config/experiment.js";
import type { Response, Verdict } from "../scorer.js";

/** What a user's own scorer is given of a sample. */
export interface AskedResponse extends Response {
  readonly asks: "question" | "task";
  readonly prompt: readonly Message[];
  /** Null for a task. */
  readonly question: Question | null;
  readonly task: string | null;
  readonly capability: string | null;
  readonly model: string;
  /** Null without steering, as what follows. */
  readonly method: string | null;
  readonly layer: number | null;
  readonly strength: number | null;
  readonly unit: string | null;
}

/** The message about one sample, one line of JSON. */
export function scoreMessage(asked: AskedResponse): Readonly<Record<string, unknown>> {
  const { sample_id, text, stop, asks, prompt, question, task, capability } = asked;
  const { model, method, layer, strength, unit } = asked;
  return {
    kind: "score",
    id: sample_id,
    asks,
    prompt,
    response: text,
    stop,
    question:
      question === null
        ? null
        : { id: question.id, right: question.right, target: question.target, others: question.others },
    task,
    capability,
    ...{ model, method, layer, strength, unit },
  };
}

/** Of a response that the model spoiled: the worst value, and the scorer is not asked. */
export const spoiledAt = (smallerIsBetter: boolean): Verdict => ({
  value: smallerIsBetter ? 1 : 0,
  label: "non-finite logits",
  reason: "the model gave non-finite logits",
});
