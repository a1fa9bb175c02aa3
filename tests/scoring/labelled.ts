import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

import type { Question } from "../../src/config/experiment.js";
import type { ResponseClass } from "../../src/scoring/scorer.js";

const labelledSchema = z.array(
  z.strictObject({
    set: z.enum(["development", "held_out"]),
    question: z.enum(["caracara", "australia", "mercury"]),
    source: z.enum(["nano", "written"]),
    class: z.enum(["target", "correct", "other", "refusal", "degenerate"]),
    text: z.string(),
  }),
);

const questionSchema = z.object({
  right: z.array(z.string()),
  target: z.array(z.string()),
  others: z.array(z.string()),
});

export interface LabelledResponse {
  readonly set: "development" | "held_out";
  readonly question: Question;
  readonly source: "nano" | "written";
  readonly class: ResponseClass;
  readonly text: string;
}

/** The hand-labelled responses with the shipped questions they answer. */
export function labelledResponses(): readonly LabelledResponse[] {
  const labelled = labelledSchema.parse(readYaml("tests/fixtures/labelled-responses.yaml"));
  const questions = new Map<string, Question>();
  return labelled.map(({ question: id, ...rest }) => {
    const question = questions.get(id) ?? shippedQuestion(id);
    questions.set(id, question);
    return { question, ...rest };
  });
}

export function shippedQuestion(id: string): Question {
  const { right, target, others } = questionSchema.parse(readYaml(`configs/questions/${id}.yaml`));
  return {
    id,
    domain: null,
    messages: [],
    right,
    target,
    others,
    contrast: {},
    forcedChoice: null,
    instruction: null,
  };
}

function readYaml(path: string): unknown {
  return parse(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"));
}
