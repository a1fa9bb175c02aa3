export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] ?? 0;
  return sum / values.length;
}

/** Null for no values. */
export function meanOrNull(values: ArrayLike<number>): number | null {
  return values.length === 0 ? null : meanOf(values);
}

/** Unbiased; 0 for a single value. */
export function varianceOf(values: ArrayLike<number>): number {
  const mean = meanOf(values);
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += ((values[i] ?? 0) - mean) ** 2;
  return values.length < 2 ? 0 : sum / (values.length - 1);
}
