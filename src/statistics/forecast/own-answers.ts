/** Losses are capped at this many nats, which keeps logarithms finite. */
const MOST_LOSS = 1e4;
const LEAST_LOSS = 1e-9;

/**
 * Log-probability of an answer at a sampling temperature, from its tokens' log-probabilities at temperature 1. All
 * alternatives to a token are treated as one: exact for two candidates, a lower bound at temperatures below 1 for more.
 * Greedy decoding (0) counts as a temperature of .1, which keeps the curve smooth.
 */
export function answerLogprob(tokens: readonly number[], temperature: number): number {
  const sharpness = 1 / Math.max(temperature, 0.1);
  let sum = 0;
  for (const logprob of tokens) {
    const rest = Math.log(-Math.expm1(Math.min(logprob, -1e-12)));
    sum -= softplus(sharpness * (rest - logprob));
  }
  return sum;
}

/**
 * The share of their unsteered probability that the model's own answers keep: the mean over tasks of the steered
 * probability over the mean of the unsteered one. Arguments are log-probabilities of the tasks, in the same order; null
 * for NaN or infinite logits, where nothing is left.
 */
export function keptProbability(steered: readonly (number | null)[], unsteered: readonly number[]): number {
  const total = (values: readonly (number | null)[]) =>
    values.reduce((sum: number, value) => sum + (value === null ? 0 : Math.exp(value)), 0);
  return total(steered) / total(unsteered);
}

/**
 * A curve that is above 0 while more than `level` is kept and is nearly linear in log2 strength: the log of the loss in
 * nats falls by a constant for each octave where the loss is a power of the strength.
 */
export function keptValue(kept: number, level: number): number {
  const loss = (share: number) => Math.min(MOST_LOSS, Math.max(LEAST_LOSS, -Math.log(share)));
  return Math.log(loss(level)) - Math.log(loss(kept));
}

function softplus(value: number): number {
  return value > 30 ? value : Math.log1p(Math.exp(value));
}
