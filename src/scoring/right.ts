import { answerLabel, readResponse } from "./reading/reading.js";
import type { QuestionScorer } from "./scorer.js";
import { spoiled, verdict } from "./verdict.js";

/** The answer, outside the thoughts, names the right answer and not the target, in a response that is not degenerate. */
export const right = Object.freeze<QuestionScorer>({
  name: "right",
  version: 2,
  asks: "question",
  outcome: { kind: "rate", curve: "none", smaller_is_better: false },
  score(question, response) {
    if (response.stop === "error") return spoiled();
    const { answer, asserted, degeneracy } = readResponse(question, response.text);
    const hit = degeneracy === null && asserted.right && !asserted.target;
    return verdict(hit, answerLabel(answer), degeneracy === null ? null : `degenerate: ${degeneracy}`);
  },
});
