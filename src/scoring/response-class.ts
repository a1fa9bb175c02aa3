import { readResponse } from "./reading/reading.js";
import { isRefusal } from "./reading/refusal.js";
import { mentions, normalise } from "./reading/words.js";
import type { QuestionScorer, ResponseClass } from "./scorer.js";
import { spoiled, verdict } from "./verdict.js";

/** Sorts a response into one of five classes, its label. The value is 1 unless it is degenerate: coherence as a rate. */
export const responseClass = Object.freeze<QuestionScorer>({
  name: "response_class",
  version: 2,
  asks: "question",
  outcome: { kind: "class", curve: "intact", smaller_is_better: false },
  score(question, response) {
    if (response.stop === "error") return { ...spoiled(), label: classLabel("degenerate") };
    const { answer, spoken, asserted, degeneracy } = readResponse(question, response.text);
    if (degeneracy !== null) return verdict(false, classLabel("degenerate"), degeneracy);
    if (asserted.target && !asserted.right) return verdict(true, classLabel("target"));
    if (asserted.right && !asserted.target) return verdict(true, classLabel("correct"));
    const namesOne =
      asserted.target || asserted.right || mentions(normalise(answer), question.others).length > 0;
    return verdict(
      true,
      classLabel(!namesOne && (isRefusal(spoken) || isRefusal(answer)) ? "refusal" : "other"),
    );
  },
});

function classLabel(label: ResponseClass): string {
  return label;
}
