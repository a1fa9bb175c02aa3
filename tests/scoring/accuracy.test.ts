import { expect, test } from "vitest";
import { scoreQuestion } from "../../src/scoring/score-question.js";
import { accuracy } from "./accuracy.js";
import { accuracyRow, documentedRows } from "./accuracy-table.js";
import { type LabelledResponse, labelledResponses } from "./labelled.js";

const CLASSES = ["target", "correct", "other", "refusal", "degenerate"] as const;

interface Row {
  readonly labelled: LabelledResponse;
  readonly value: ReadonlyMap<string, number | null>;
  readonly predicted: string | null;
}

const rows: readonly Row[] = labelledResponses().map((labelled) => {
  const scores = scoreQuestion(labelled.question, [{ sample_id: "s", text: labelled.text, stop: "end" }]);
  return {
    labelled,
    value: new Map(scores.map(({ scorer, value }) => [scorer, value])),
    predicted: scores.find(({ scorer }) => scorer === "response_class")?.label ?? null,
  };
});

const GROUPS: readonly (readonly [string, (row: LabelledResponse) => boolean])[] = [
  ["development", ({ set }) => set === "development"],
  ["held out", ({ set }) => set === "held_out"],
  ["all samples of nano models", ({ source }) => source === "nano"],
];

test("sensitivity and specificity are shares of what a person says should be 1 and 0", () => {
  const pairs = [
    { expected: true, scored: true },
    { expected: true, scored: false },
    { expected: false, scored: false },
    { expected: false, scored: false },
    { expected: false, scored: true },
  ];
  expect(accuracy(pairs)).toEqual({
    positives: 2,
    truePositives: 1,
    negatives: 3,
    trueNegatives: 2,
    sensitivity: 1 / 2,
    specificity: 2 / 3,
  });
  expect(accuracy([])).toMatchObject({ sensitivity: null, specificity: null });
});

test("at least 100 responses are labelled, of every class and to all three questions", () => {
  expect(rows.length).toBeGreaterThanOrEqual(100);
  for (const question of ["caracara", "australia", "mercury"]) {
    const classes = rows
      .filter(({ labelled }) => labelled.question.id === question)
      .map(({ labelled }) => labelled.class);
    expect(new Set(classes)).toEqual(new Set(CLASSES));
  }
});

test("docs/scorers.md holds the sensitivities and specificities that the labels give", () => {
  const documented = documentedRows();
  const computed = GROUPS.flatMap(([name, inGroup]) => {
    const group = rows.filter(({ labelled }) => inGroup(labelled));
    const scored = (scorer: string, positive: string) =>
      accuracyRow(
        `\`${scorer}\``,
        name,
        accuracy(
          group.map(({ labelled, value }) => ({
            expected: labelled.class === positive,
            scored: value.get(scorer) === 1,
          })),
        ),
      );
    return [scored("contains", "target"), scored("strict", "target"), scored("right", "correct")];
  });
  const classes = CLASSES.map((name) =>
    accuracyRow(
      `\`response_class\`: ${name}`,
      "all",
      accuracy(
        rows.map(({ labelled, predicted }) => ({
          expected: labelled.class === name,
          scored: predicted === name,
        })),
      ),
    ),
  );
  expect(documented).toEqual(expect.arrayContaining([...computed, ...classes]));
});

test("strict is right about at least nine in ten of the responses, and contains credits gibberish", () => {
  const agreeing = (scorer: string) =>
    rows.filter(({ labelled, value }) => (value.get(scorer) === 1) === (labelled.class === "target")).length /
    rows.length;
  expect(agreeing("strict")).toBeGreaterThan(0.9);
  const gibberish = rows.filter(({ labelled }) => labelled.class === "degenerate");
  const credited = (scorer: string) => gibberish.filter(({ value }) => value.get(scorer) === 1).length;
  expect(credited("contains")).toBeGreaterThan(5 * credited("strict"));
});
