import { expect, test } from "vitest";

import { fromWire, toWire } from "../../../../src/scoring/sandbox/values/wire-value.js";

test("what goes onto the wire comes off it as it was", () => {
  const value = {
    "": null,
    text: "i5",
    s: ["", "s", true, 0, -0.5, 1e300],
    big: [10n ** 400n, -(2n ** 64n)],
    ...JSON.parse('{"__proto__": [{}]}'),
  };
  expect(fromWire(JSON.parse(JSON.stringify(toWire(value))))).toEqual(value);
});

test.each([
  ["a list too deep", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
  ["a dict too deep", `${'{"s":'.repeat(40)}1${"}".repeat(40)}`],
  ["a list too wide", `[${"0,".repeat(20_000)}0]`],
  ["a text too long", JSON.stringify(`s${"x".repeat(200_000)}`)],
  ["a whole number too long", JSON.stringify(`i${"f".repeat(200_000)}`)],
  ["a number that is not finite", "1e999"],
  ["a text that is not marked as one", '"x"'],
  ["a key that is not marked as one", '{"x": 1}'],
  ["a whole number that is none", '"i"'],
  ["a whole number in capitals", '"i-FF"'],
])("refuses %s", (_, json) => {
  expect(() => fromWire(JSON.parse(json))).toThrow(/^(?!Maximum call stack)/);
});
