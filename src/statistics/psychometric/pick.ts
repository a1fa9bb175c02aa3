/** An index with probabilities proportional to `weights`, for u uniform in [0, 1). */
export function pick(weights: Float64Array, u: number): number {
  let left = 0;
  for (const weight of weights) left += weight;
  left *= u;
  for (let i = 0; i < weights.length; i += 1) {
    left -= weights[i] as number;
    if (left < 0) return i;
  }
  return weights.length - 1;
}
