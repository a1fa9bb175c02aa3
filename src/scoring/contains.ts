import { mentions, normalise } from "./reading/words.js";
import type { QuestionScorer } from "./scorer.js";
import { spoiled, verdict } from "./verdict.js";

/** The post's measure: the response contains the target word, wherever and however it stands. It credits gibberish and thoughts. */
export const contains = Object.freeze<QuestionScorer>({
  name: "contains",
  version: 1,
  asks: "question",
  outcome: { kind: "rate", curve: "loose_target", smaller_is_better: false },
  score(question, response) {
    if (response.stop === "error") return spoiled();
    return verdict(mentions(normalise(response.text), question.target).length > 0);
  },
});
