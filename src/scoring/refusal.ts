import { readResponse } from "./reading/reading.js";
import { isRefusal } from "./reading/refusal.js";
import { mentions, normalise } from "./reading/words.js";
import type { QuestionScorer } from "./scorer.js";
import { spoiled, verdict } from "./verdict.js";

/** The response declines to answer: it names no answer, is not degenerate and says that it cannot or will not give one. */
export const refusal = Object.freeze<QuestionScorer>({
  name: "refusal",
  version: 1,
  asks: "question",
  outcome: { kind: "rate", curve: "own", smaller_is_better: false },
  score(question, response) {
    if (response.stop === "error") return spoiled();
    const { answer, spoken, asserted, degeneracy } = readResponse(question, response.text);
    if (degeneracy !== null) return verdict(false, null, `degenerate: ${degeneracy}`);
    const namesOne =
      asserted.target || asserted.right || mentions(normalise(answer), question.others).length > 0;
    return verdict(!namesOne && (isRefusal(spoken) || isRefusal(answer)));
  },
});
