import type { Question } from "../../config/experiment.js";
import { askLogprobs, type TokenSequence } from "./ask-logprobs.js";
import { logOdds } from "./curve-search.js";
import type { ForecastCondition, ForecastWork } from "./forecast-work.js";
import { rawStrength } from "./run-searches.js";

/** A question's forced choice: both answers, and the unsteered log-odds between them in nats. */
export interface ForcedChoice {
  readonly sequences: readonly [right: TokenSequence, target: TokenSequence];
  readonly margin: number;
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
    sequences.map((sequence) => ({ sequence, condition: null, raw: 0 })),
  );
  const answers = await askLogprobs(work, `forecast-${work.model.name}-margins`, items);
  return new Map(
    asked.flatMap(({ question, sequences }, index) => {
      const margin = logOdds(answers.slice(2 * index, 2 * index + 2));
      return margin === null ? [] : [[question.id, { sequences, margin }]];
    }),
  );
}

/**
 * Fall of the margin per unit of strength at the lowest strength of each condition, in nats; null without a forced
 * choice, without a neutral strength to count from, or without finite logits.
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
    return one.choice.sequences.map((sequence) => ({ sequence, condition: one.condition, raw }));
  });
  const answers = await askLogprobs(work, `forecast-${work.model.name}-gains`, items);
  let place = 0;
  return asked.map((one) => {
    if (one === null) return null;
    place += 2;
    const value = logOdds(answers.slice(place - 2, place));
    return value === null ? null : (one.choice.margin - value) / one.distance;
  });
}

/** The lowest strength looked at; on a linear axis a twentieth of the range from the neutral strength. */
function smallStrength({ axis, from, to }: ForecastCondition, neutral: number): number {
  return axis === "log" ? from : neutral + (to - neutral) / 20;
}

function choiceOf({ messages, forcedChoice }: Question): ForcedChoice["sequences"] | null {
  if (forcedChoice === null) return null;
  const { prefix, right, target } = forcedChoice;
  return [
    { messages, prefix, continuation: right },
    { messages, prefix, continuation: target },
  ];
}
