/**
 * Adjusted p values (Benjamini and Hochberg 1995), in the order given: a test is significant at false discovery rate q
 * if its adjusted p is at most q. The number of tests is the number of values.
 */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const order = p.map((value, i) => ({ value, i })).toSorted((a, b) => b.value - a.value);
  const adjusted = p.map(() => 1);
  let least = 1;
  order.forEach(({ value, i }, place) => {
    least = Math.min(least, (value * p.length) / (p.length - place));
    adjusted[i] = least;
  });
  return adjusted;
}
