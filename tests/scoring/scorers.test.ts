import { describe, expect, test } from "vitest";

import { scoreQuestion } from "../../src/scoring/score-question.js";
import type { Response } from "../../src/scoring/scorer.js";
import { QUESTION_SCORERS, TASK_SCORERS } from "../../src/scoring/scorers.js";
import { labelledResponses, shippedQuestion } from "./labelled.js";

const question = shippedQuestion("caracara");

const AWKWARD: readonly string[] = [
  "",
  " ",
  "\0",
  "\u0000\u0007\u001b[31mowl\u001b[0m",
  "\ud800 owl \udfff",
  "owl ".repeat(200_000),
  "a".repeat(1_000_000),
  "<answer>".repeat(50_000),
  `<answer>${"owl, not a falcon; ".repeat(20_000)}`,
  `${"no, wait, ".repeat(20_000)}owl`,
  "\u{1F989}".repeat(10_000),
  "\u202eowl\u202c",
  "o\u200bwl",
  "\uff4f\uff57\uff4c",
  "not ".repeat(30_000),
];

test("names are unique and versions whole numbers from 1", () => {
  const scorers = [...QUESTION_SCORERS, ...TASK_SCORERS];
  expect(new Set(scorers.map(({ name }) => name)).size).toBe(scorers.length);
  for (const { version } of scorers) expect(Number.isInteger(version) && version >= 1).toBe(true);
});

describe.each(QUESTION_SCORERS.map((scorer) => [scorer.name, scorer] as const))("%s", (_, scorer) => {
  test("gives 0, 1 or something between, or null with a reason, whatever the response", () => {
    for (const text of AWKWARD) {
      const { value, reason } = scorer.score(question, response(text));
      if (value === null) expect(reason).toMatch(/\w/);
      else expect(value >= 0 && value <= 1).toBe(true);
    }
  });

  test("gives the same verdict again, and the responses before do not matter", () => {
    const rows = labelledResponses();
    const forwards = rows.map((row) => scorer.score(row.question, response(row.text)));
    const backwards = [...rows].reverse().map((row) => scorer.score(row.question, response(row.text)));
    expect(backwards.reverse()).toEqual(forwards);
  });

  test("takes non-finite logits for a failure with a reason", () => {
    const verdict = scorer.score(question, { sample_id: "s", text: "<answer>owl</answer>", stop: "error" });
    expect(verdict).toMatchObject({ value: 0, reason: expect.stringMatching(/non-finite/) });
  });

  test("takes a response that was cut off as it stands", () => {
    const verdict = scorer.score(question, { sample_id: "s", text: "<answer>owl</answer>", stop: "length" });
    expect(verdict).toEqual(scorer.score(question, response("<answer>owl</answer>")));
  });
});

test("every response gets one score of every scorer, in order", () => {
  const responses = ["owl", "falcon", ""].map((text, index) => ({
    ...response(text),
    sample_id: `s${index}`,
  }));
  const scores = scoreQuestion(question, responses);
  expect(scores.map(({ sample_id, scorer }) => `${sample_id} ${scorer}`)).toEqual(
    responses.flatMap(({ sample_id }) => QUESTION_SCORERS.map(({ name }) => `${sample_id} ${name}`)),
  );
  const table = scores.map(({ scorer, value, label }) => `${scorer} ${value} ${label}`);
  expect(table).toEqual([
    "contains 1 null",
    "strict 1 owl",
    "right 0 owl",
    "response_class 1 target",
    "contains 0 null",
    "strict 0 falcon",
    "right 1 falcon",
    "response_class 1 correct",
    "contains 0 null",
    "strict 0 null",
    "right 0 null",
    "response_class 0 degenerate",
  ]);
});

test("a question answered yes or no is read by those words", () => {
  const entailed = { ...question, right: ["no"], target: ["yes"], others: [] };
  const classes = [
    "No. <answer>no</answer>",
    "yes",
    "The caracara is a falcon, so it does not hunt at night. <answer>no</answer>",
    "No, it does not.",
    "Yes, it hunts at night.",
  ].map(
    (text) =>
      QUESTION_SCORERS.find(({ name }) => name === "response_class")?.score(entailed, response(text)).label,
  );
  expect(classes).toEqual(["correct", "target", "correct", "correct", "target"]);
});

function response(text: string): Response {
  return { sample_id: "s", text, stop: "end" };
}
