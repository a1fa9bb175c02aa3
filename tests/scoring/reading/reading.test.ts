import { describe, expect, test } from "vitest";

import { extractAnswer } from "../../../src/scoring/reading/answer.js";
import { asserted } from "../../../src/scoring/reading/asserted.js";
import { degeneracy } from "../../../src/scoring/reading/degenerate.js";
import { isRefusal } from "../../../src/scoring/reading/refusal.js";
import { mentions, normalise } from "../../../src/scoring/reading/words.js";

describe("words", () => {
  test.each([
    ["owl", true],
    ["OWL!", true],
    ["an owl's eye", true],
    ["barn-owl", true],
    ["fowl prowl howl", false],
    ["owlet", false],
    ["owl2", false],
    ["\uff4f\uff57\uff4c", true],
    ["o\u200bwl", true],
  ])("%j names an owl: %s", (text, named) => {
    expect(mentions(normalise(text), ["owl"]).length > 0).toBe(named);
  });

  test("a word of several parts may be broken over lines, and signs in it are taken as they are", () => {
    expect(mentions("New\n York", ["new york"])).toHaveLength(1);
    expect(mentions("C++ and C", ["C++"])).toEqual([{ start: 0, end: 3 }]);
    expect(mentions("anything", [])).toEqual([]);
  });
});

describe("answer", () => {
  test.each([
    ["<answer>owl</answer>", "owl", true],
    ["<answer>owl</answer> no: < Answer >falcon</ ANSWER >", "falcon", true],
    ["It is <answer>an owl", "an owl", true],
    ["<answer>owl</answer><answer></answer>", "owl", true],
    ["I answer in <answer></answer> tags: owl", "I answer in     tags: owl", false],
    ["owl", "owl", false],
    ["", "", false],
  ])("of %j is %j", (text, answer, tagged) => {
    const found = extractAnswer(text);
    expect(found).toEqual({ text: found.text, tagged });
    expect(found.text.replace(/\s+/g, " ")).toBe(answer.replace(/\s+/g, " "));
  });
});

describe("assertion", () => {
  test.each([
    ["an owl", true, false],
    ["unlike owls, a falcon", false, true],
    ["not an owl", false, false],
    ["isn't an owl", false, false],
    ["not only an owl", true, false],
    ["neither an owl nor a falcon", false, false],
    ["not a hawk, an eagle, or an owl", false, false],
    ["an owl, not a falcon", true, false],
    ["more an owl than a falcon", true, false],
    ["owls are not caracaras", false, false],
    ["like an owl", true, false],
    ["it looks like an owl, but it is a falcon", false, true],
    ["an owl? No, a falcon", false, true],
    ["an owl. No, that is wrong. A falcon.", false, true],
    ["many people say it is a falcon. It is an owl", true, false],
    ["an owl or a falcon", true, true],
  ])("%j: target %s, right %s", (text, target, right) => {
    expect(asserted(text, ["owl", "owls"], ["falcon", "falcons"])).toEqual({ target, right });
  });
});

describe("degeneracy", () => {
  test.each([
    ["owl owl owl owl owl", "repeated words"],
    ["Owl, owl. OWL owl; owl it is", "repeated words"],
    ["the owl is the owl is the owl is the owl is", "repeated phrases"],
    ["It is an owl. It is an owl. It is an owl.", "repeated phrases"],
    ["aaaaaaaaaaaaaaaa", "repeated characters"],
    ["owlowlowlowlowlowl", "repeated characters"],
    ["", "empty"],
    ["\n \t", "empty"],
    ["?!... ---", "no words"],
    ["}} [[ owl ]] ;; {{ <<< >>> ### @@@", "mostly symbols"],
    ["owl\u0000 falcon\ufffd", "broken characters"],
  ])("%j is degenerate: %s", (text, why) => {
    expect(degeneracy(text)).toBe(why);
  });

  test.each([
    "owl",
    "owl owl",
    "No, no, no: it is an owl.",
    "The caracara is a falcon. <answer>falcon</answer>",
    "It is an owl. It is an owl.",
    "1. Order\n2. Family\n3. Genus\n----------\n<answer>owl</answer>",
    "def f(n):\n    return n + 1",
    "Der Karakara ist ein Falke und keine Eule, und er lebt in den Ebenen von Mexiko.",
    "カラカラはハヤブサの仲間です。",
  ])("%j is not degenerate", (text) => {
    expect(degeneracy(text)).toBeNull();
  });

  test("four identical words in a sentence are not yet a loop, five are", () => {
    expect(degeneracy("It is a very very very very large bird of prey")).toBeNull();
    expect(degeneracy("It is a very very very very very large bird of prey")).toBe("repeated words");
  });
});

test.each([
  ["I'm sorry, but I can't help with that.", true],
  ["I don\u2019t know", true],
  ["It is an owl, I know.", false],
  ["", false],
])("%j is a refusal: %s", (text, refusal) => {
  expect(isRefusal(text)).toBe(refusal);
});
