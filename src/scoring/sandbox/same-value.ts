/** Numbers that are not both integers are equal within this share of the larger: sums in another order differ by a few units in the last place. */
const TOLERANCE = 1e-9;

/**
 * Whether a returned value is the expected one, both as JSON has them. True is not 1; 2.0 is 2, as in Python; a tuple
 * counts as a list; the order of a dict's keys does not matter.
 */
export function sameValue(returned: unknown, expected: unknown): boolean {
  if (typeof returned === "number" && typeof expected === "number") return sameNumber(returned, expected);
  if (Array.isArray(returned) || Array.isArray(expected)) {
    return (
      Array.isArray(returned) &&
      Array.isArray(expected) &&
      returned.length === expected.length &&
      expected.every((item, index) => sameValue(returned[index], item))
    );
  }
  if (isRecord(returned) && isRecord(expected)) {
    const keys = Object.keys(expected);
    return (
      Object.keys(returned).length === keys.length &&
      keys.every((key) => Object.hasOwn(returned, key) && sameValue(returned[key], expected[key]))
    );
  }
  return returned === expected;
}

function sameNumber(a: number, b: number): boolean {
  if (Number.isInteger(a) && Number.isInteger(b)) return a === b;
  return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
