import { answerLabel, readResponse } from "./reading/reading.js";
import type { QuestionScorer } from "./scorer.js";
import { spoiled, verdict } from "./verdict.js";

/** The answer, outside the thoughts, names the target and not the right answer, in a response that is not degenerate. Negations do not count. */
export const strict = Object.freeze<QuestionScorer>({
  name: "strict",
  version: 2,
  asks: "question",
  outcome: { kind: "rate", curve: "target", smaller_is_better: false },
  score(question, response) {
    if (response.stop === "error") return spoiled();
    const { answer, asserted, degeneracy } = readResponse(question, response.text);
    const hit = degeneracy === null && asserted.target && !asserted.right;
    return verdict(hit, answerLabel(answer), degeneracy === null ? null : `degenerate: ${degeneracy}`);
  },
});
