/** The lowest of any number of values, infinity for none. A call with a hundred thousand arguments fails. */
export function lowestOf(values: Iterable<number>): number {
  let found = Number.POSITIVE_INFINITY;
  for (const value of values) found = Math.min(found, value);
  return found;
}

/** The highest of any number of values, minus infinity for none. */
export function highestOf(values: Iterable<number>): number {
  let found = Number.NEGATIVE_INFINITY;
  for (const value of values) found = Math.max(found, value);
  return found;
}
