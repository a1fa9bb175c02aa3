import type { Question } from "../../config/experiment.js";
import { logOdds } from "../../statistics/forecast/forced-choice.js";
import { askLogprobs, type TokenSequence } from "./ask-logprobs.js";
import { type ForecastCondition, type ForecastWork, rawStrength } from "./forecast-work.js";

/** A question's forced choice: both answers, and the unsteered model's log-probabilities of them, in nats. */
export interface ForcedChoice {
  readonly sequences: Choice;
  /** Log-probability of the right answer. */
  readonly right: number;
  /** log p(right) - log p(target). */
  readonly margin: number;
}

interface Choice {
  readonly right: TokenSequence;
  readonly target: TokenSequence;
}

/** Log-probability of a continuation, from those of its tokens. */
export function total(tokens: readonly number[]): number {
  return tokens.reduce((sum, value) => sum + value, 0);
}

/** The forced choices of the conditions' questions that have one, by question. */
export async function forcedChoices(work: ForecastWork): Promise<ReadonlyMap<string, ForcedChoice>> {
  const wanted = new Set(work.conditions.map(({ question }) => question));
  const questions = work.questions.filter(({ id }) => wanted.has(id));
  const asked = questions.flatMap((question) => {
    const sequences = choiceOf(question);
    return sequences === null ? [] : [{ question, sequences }];
  });
  if (asked.length === 0) return new Map();
  const items = asked.flatMap(({ sequences }) =>
    [sequences.right, sequences.target].map((sequence) => ({ sequence, condition: null, raw: 0 })),
  );
  const answers = await askLogprobs(work, `forecast-${work.model.name}-margins`, items);
  return new Map(
    asked.flatMap(({ question, sequences }, index) => {
      const [right, target] = both(answers, 2 * index);
      const margin = logOdds(right, target);
      return right === null || margin === null ? [] : [[question.id, { sequences, right, margin }]];
    }),
  );
}

/**
 * Fall of the margin per unit of strength at the lowest strength of each condition, in nats; null without a forced
 * choice, without a neutral strength to count from, or for NaN or infinite logits.
 */
export async function gains(
  work: ForecastWork,
  choices: ReadonlyMap<string, ForcedChoice>,
): Promise<readonly (number | null)[]> {
  const asked = work.conditions.map((condition) => {
    const choice = choices.get(condition.question);
    if (choice === undefined || condition.neutral === null) return null;
    const strength = smallStrength(condition, condition.neutral);
    return { condition, choice, strength, distance: strength - condition.neutral };
  });
  const items = asked.flatMap((one) => {
    if (one === null) return [];
    const raw = rawStrength(work, one.condition, one.strength);
    const { right, target } = one.choice.sequences;
    return [right, target].map((sequence) => ({ sequence, condition: one.condition, raw }));
  });
  const answers = await askLogprobs(work, `forecast-${work.model.name}-gains`, items);
  let place = 0;
  return asked.map((one) => {
    if (one === null) return null;
    place += 2;
    const value = logOdds(...both(answers, place - 2));
    return value === null ? null : (one.choice.margin - value) / one.distance;
  });
}

/** The two log-probabilities from an index on; null for NaN or infinite logits. */
function both(
  answers: readonly (readonly number[] | null)[],
  place: number,
): readonly [right: number | null, target: number | null] {
  const [right = null, target = null] = answers
    .slice(place, place + 2)
    .map((tokens) => (tokens === null ? null : total(tokens)));
  return [right, target];
}

/** The lowest strength examined; on a linear axis, a twentieth of the range from the neutral strength. */
function smallStrength({ axis, from, to }: ForecastCondition, neutral: number): number {
  return axis === "log" ? from : neutral + (to - neutral) / 20;
}

function choiceOf({ messages, forcedChoice }: Question): Choice | null {
  if (forcedChoice === null) return null;
  const { prefix, right, target } = forcedChoice;
  return {
    right: { messages, prefix, continuation: right },
    target: { messages, prefix, continuation: target },
  };
}
