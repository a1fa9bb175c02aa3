/** log p(right) - log p(target), nats; null where either has no number. */
export function logOdds(right: number | null, target: number | null): number | null {
  return right === null || target === null ? null : right - target;
}

/**
 * A curve that is above 0 while the target has less than `level` times the right answer's unsteered probability: a
 * difference of logits, which is nearly linear in strength. Arguments are log-probabilities.
 */
export function targetValue(target: number, unsteeredRight: number, level: number): number {
  return logit(Math.log(level) + unsteeredRight) - logit(target);
}

function logit(logprob: number): number {
  const below = Math.min(logprob, -1e-12);
  return below - Math.log(-Math.expm1(below));
}
