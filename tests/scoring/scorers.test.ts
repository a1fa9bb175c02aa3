import { describe, expect, test } from "vitest";

import { scoreQuestion } from "../../src/scoring/score-question.js";
import type { Response } from "../../src/scoring/scorer.js";
import { OPTIONAL_SCORERS, QUESTION_SCORERS, TASK_SCORERS } from "../../src/scoring/scorers.js";
import { labelledResponses, shippedQuestion } from "./labelled.js";

const question = shippedQuestion("caracara");

const PROSE =
  "The caracara is a bird of prey of the open country, and it is a close relative of the falcons.";

const AWKWARD: readonly string[] = [
  "",
  " ",
  "\0",
  "\u0000\u0007\u001b[31mowl\u001b[0m",
  "\ud800 owl \udfff",
  "owl ".repeat(50_000),
  "a".repeat(250_000),
  "<answer>".repeat(12_500),
  `<answer>${"owl, not a falcon; ".repeat(5_000)}`,
  `${"no, wait, ".repeat(5_000)}owl`,
  "\u{1F989}".repeat(2_500),
  "\u202eowl\u202c",
  "o\u200bwl",
  "\uff4f\uff57\uff4c",
  "not ".repeat(7_500),
  "<think>".repeat(12_500),
  "</think>".repeat(12_500),
];

const QUESTION = [...QUESTION_SCORERS, ...OPTIONAL_SCORERS.filter((scorer) => scorer.asks === "question")];

test("names are unique and versions whole numbers from 1", () => {
  const scorers = [...QUESTION_SCORERS, ...TASK_SCORERS, ...OPTIONAL_SCORERS];
  expect(new Set(scorers.map(({ name }) => name)).size).toBe(scorers.length);
  for (const { version } of scorers) expect(Number.isInteger(version) && version >= 1).toBe(true);
});

describe.each(QUESTION.map((scorer) => [scorer.name, scorer] as const))("%s", (_, scorer) => {
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

  test("reads a response that was cut off like any other", () => {
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

test.each([
  ["a thought before the answer", "<think>Is it an owl? Owls hunt.</think>falcon", "0 1 correct"],
  ["the answer after a thought of the other", "<think>A falcon, surely.</think>\n\nowl", "1 0 target"],
  ["a thought that was not closed", "<think>It must be an owl", "0 0 other"],
  ["a thought opened by the template", "It must be an owl.</think> <answer>falcon</answer>", "0 1 correct"],
  ["a tagged answer within a thought", "<think><answer>owl</answer></think>", "0 0 other"],
  ["another tag, in capitals", "<THINKING>An owl.</THINKING>A falcon.", "0 1 correct"],
  ["another tag, in brackets", "[THINK]An owl.[/THINK]A falcon.", "0 1 correct"],
  ["a tag with a prefix and spaces", "< seed:think >An owl.</ seed:think >A falcon.", "0 1 correct"],
  ["several thoughts", "<think>owl</think>A<think>owl</think> falcon<thought>owl", "0 1 correct"],
  ["a thought within a thought", "<think>a<think>b</think>owl</think>falcon", "0 1 correct"],
  ["a refusal in a thought alone", "<think>I do not know.</think>It hunts.", "0 0 other"],
  ["a refusal after a thought", "<think>An owl?</think>I do not know.", "0 0 refusal"],
  ["a thought that breaks down", "<think>owl owl owl owl owl owl</think>owl", "0 0 degenerate"],
  [
    "an answer that breaks down after a thought",
    `<think>${PROSE}</think>owl owl owl owl owl`,
    "0 0 degenerate",
  ],
  ["nothing but tags", "<think></think>", "0 0 degenerate"],
  ["a tag that is only named", "The tag `</think>` is no bird, an owl is.", "1 0 target"],
])("%s: %j is strict, right and of the class %s", (_, text, expected) => {
  const [contains, ...scores] = scoreQuestion(question, [response(text)]);
  const [strict, right, responseClass] = scores;
  expect(`${strict?.value} ${right?.value} ${responseClass?.label}`).toBe(expected);
  // The post's measure looks for the word wherever it stands.
  expect(contains?.value).toBe(/owl/i.test(text) ? 1 : 0);
});

test("a response at which a scorer throws is left without its score, and the others keep theirs", () => {
  const faulty: Response = {
    ...response("owl"),
    get stop(): never {
      throw new Error("no stop today");
    },
  };
  const scores = scoreQuestion(question, [response("owl"), faulty, response("owl")]);
  const values = scores.filter(({ scorer }) => scorer === "strict").map(({ value }) => value);
  expect(values).toEqual([1, null, 1]);
  expect(scores.filter(({ value }) => value === null).map(({ reason }) => reason)).toEqual(
    QUESTION_SCORERS.map(() => "the scorer failed: no stop today"),
  );
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

test.each([
  ["I'm sorry, but I cannot answer that.", 1],
  ["<answer>owl</answer>", 0],
  ["I cannot say for certain, but it is an owl.", 0],
  ["owl owl owl owl owl owl", 0],
])("refusal scores %j with %d", (text, value) => {
  const refusal = OPTIONAL_SCORERS.find(({ name }) => name === "refusal");
  expect(refusal?.asks === "question" && refusal.score(question, response(text)).value).toBe(value);
});
