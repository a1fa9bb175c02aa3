import { extractCode } from "./extract-code.js";
import { withoutThoughts } from "./reading/thoughts.js";
import type { Judgement } from "./sandbox/python-sandbox.js";
import type { TaskScorer, Verdict } from "./scorer.js";
import { spoiled, verdict } from "./verdict.js";

/** 1 if the response's program gives the expected value on every case of the task, else 0 with the kind of failure. */
export const python = Object.freeze<TaskScorer>({
  name: "python",
  version: 2,
  asks: "task",
  outcome: { kind: "rate", curve: "capability", smaller_is_better: false },
  async score(task, responses, sandbox) {
    const sources = responses.map(({ text, stop }) =>
      stop === "error" ? null : extractCode(withoutThoughts(text), task.function),
    );
    const present = sources.filter((source) => source !== null);
    const judgements = [...(await sandbox.judge(task, present))];
    return responses.map(({ stop }, index) => {
      if (stop === "error") return spoiled();
      const judgement = sources[index] === null ? undefined : judgements.shift();
      return judgement === undefined
        ? verdict(false, "no code", `the response holds no code for ${task.function}`)
        : verdictOf(judgement);
    });
  },
});

function verdictOf(judgement: Judgement): Verdict {
  switch (judgement.kind) {
    case "passed":
      return verdict(true, "passed");
    case "failed":
      return verdict(false, judgement.failure, judgement.detail);
    case "unscored":
      return { value: null, label: null, reason: judgement.reason };
  }
}
