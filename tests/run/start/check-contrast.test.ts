import { expect, test } from "vitest";
import type { Question } from "../../../src/config/experiment.js";
import { checkContrast } from "../../../src/run/start/check-contrast.js";

/** One token a word or mark. */
const tokenize = async (texts: readonly string[]) => {
  const ids = new Map<string, number>();
  return texts.map((text) =>
    (text.match(/\w+|[^\w\s]/g) ?? []).map(
      (token) => ids.get(token) ?? [...token].reduce((sum, c) => 31 * sum + c.charCodeAt(0), 7),
    ),
  );
};

const question = (contrast: Question["contrast"]): Question => ({
  id: "q",
  domain: null,
  messages: [{ role: "user", content: "?" }],
  right: ["falcon"],
  target: ["owl"],
  others: [],
  contrast,
  forcedChoice: null,
  instruction: null,
});

test("statements that differ before a shared last token are a contrast", async () => {
  const sound = question({
    last_token: { positive: ["It is an owl."], negative: ["It is a hawk."] },
    word: { positive: ["It is an owl"], negative: ["It is a hawk"] },
  });
  expect(await checkContrast(sound, tokenize)).toEqual([]);
});

test("equal statements are no contrast", async () => {
  const same = question({ last_token: { positive: ["It is an owl."], negative: ["It is an owl."] } });
  expect((await checkContrast(same, tokenize)).join()).toContain("same tokens");
});

test("last_token statements that end in the differing word are named", async () => {
  const words = question({ last_token: { positive: ["It is an owl"], negative: ["It is a hawk"] } });
  expect((await checkContrast(words, tokenize)).join()).toContain("last tokens differ");
});

test("word statements that end alike are named", async () => {
  const marks = question({ word: { positive: ["It is an owl."], negative: ["It is a hawk."] } });
  expect((await checkContrast(marks, tokenize)).join()).toContain("last word is the same");
});

test("unpaired statements are named", async () => {
  const unpaired = question({ last_token: { positive: ["An owl.", "One owl."], negative: ["A hawk."] } });
  expect((await checkContrast(unpaired, tokenize)).join()).toContain("2 positive and 1 negative");
});
