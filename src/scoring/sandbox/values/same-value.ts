/** Numbers that are not both integers are equal within this share of the larger: sums in another order differ by a few units in the last place. */
const TOLERANCE = 1e-9;

/**
 * Whether a returned value is the expected one. True is not 1; 2.0 is 2, as in Python; whole numbers of any size are
 * compared exactly, and only finite ones at all; a tuple counts as a list; the order of a dict's keys does not matter.
 */
export function sameValue(returned: unknown, expected: unknown): boolean {
  if (isNumber(returned) && isNumber(expected)) return sameNumber(returned, expected);
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

function sameNumber(a: number | bigint, b: number | bigint): boolean {
  if (isWhole(a) && isWhole(b)) return BigInt(a) === BigInt(b);
  // A whole number beyond the range of doubles becomes Infinity here.
  const [x, y] = [Number(a), Number(b)];
  if (!Number.isFinite(x) || !Number.isFinite(y)) return false;
  return Math.abs(x - y) <= TOLERANCE * Math.max(Math.abs(x), Math.abs(y));
}

const isNumber = (value: unknown): value is number | bigint =>
  typeof value === "number" || typeof value === "bigint";

const isWhole = (value: number | bigint): boolean => typeof value === "bigint" || Number.isInteger(value);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
