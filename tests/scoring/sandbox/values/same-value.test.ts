import { expect, test } from "vitest";

import { sameValue } from "../../../../src/scoring/sandbox/values/same-value.js";

const HUGE = 10n ** 400n;

test.each([
  ["a whole number beyond doubles is itself", HUGE, 10n ** 400n, true],
  ["it is no other", HUGE, HUGE + 1n, false],
  ["it is no small one", HUGE, 5, false],
  ["nor a small one it", 5, HUGE, false],
  ["it is no fraction", HUGE, 0.5, false],
  ["its negative is another", -HUGE, HUGE, false],
  ["2**53 + 1 is not 2**53", 2n ** 53n + 1n, 2 ** 53, false],
  ["2**53 is 2**53", 2n ** 53n, 2 ** 53, true],
  ["1e22 is 10**22, as in Python", 1e22, 10n ** 22n, true],
  ["a fraction beside its like", 0.1 + 0.2, 0.3, true],
  ["a whole number close to a fraction", 1_000_000_000, 1_000_000_000.5, true],
  ["Infinity is no number", Number.POSITIVE_INFINITY, 5, false],
  ["Infinity is not even itself", Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, false],
  ["NaN is nothing", Number.NaN, Number.NaN, false],
  ["True is not 1", true, 1, false],
  ["1 is not True", 1n, true, false],
  ["in a nested list", [1, [HUGE]], [1, [HUGE]], true],
  ["not in a nested list", [1, [HUGE]], [1, [5]], false],
  ["as the value of a dict", { a: { b: HUGE } }, { a: { b: HUGE } }, true],
  ["not as the value of a dict", { a: { b: HUGE } }, { a: { b: 5 } }, false],
  ["a text of digits is no number", "5", 5, false],
  ["a dict may have any key", JSON.parse('{"__proto__": 1}'), JSON.parse('{"__proto__": 1}'), true],
  ["a key of all objects is not there by itself", {}, JSON.parse('{"__proto__": 1}'), false],
])("%s", (_, returned, expected, same) => {
  expect(sameValue(returned, expected)).toBe(same);
});
