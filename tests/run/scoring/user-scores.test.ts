import { expect, test } from "vitest";
import { loadExperiment } from "../../../src/config/load-experiment.js";
import { userScores } from "../../../src/run/scoring/user-scores.js";
import type { UserScorer } from "../../../src/scoring/user/open-user-scorer.js";
import type { AskedResponse } from "../../../src/scoring/user/user-scorer.js";
import type { SampleRow } from "../../../src/store/tables/columns.js";
import { root, tinyConfig } from "../command.js";

test("a task's prompt is that of its own capability, where two have a task of one id", async () => {
  const { experiment } = await loadExperiment(tinyConfig, { root, cwd: root });
  const [capability] = experiment.capabilities;
  const [task] = capability?.tasks ?? [];
  if (capability === undefined || task === undefined) throw new Error("the config has no task");
  const other = { ...task, messages: [{ role: "user" as const, content: "another task" }] };
  const asked: AskedResponse[] = [];
  const scorer: UserScorer = {
    ...{ name: "mine", version: 1, asks: "task" },
    outcome: { kind: "rate", curve: "own", smaller_is_better: false },
    score: async (responses) => {
      asked.push(...responses);
      return responses.map(() => ({ value: 1, label: null, reason: null }));
    },
    close: async () => {},
  };
  const capabilities = [capability, { ...capability, id: "others", tasks: [other] }];
  const score = userScores({ ...experiment, capabilities }, [scorer]);
  const sampleOf = (id: string) =>
    ({ sample_id: id, prompt_kind: "task", prompt_id: task.id, capability: id, text: "" }) as SampleRow;
  expect(await score([sampleOf(capability.id), sampleOf("others")])).toHaveLength(2);
  expect(asked.map(({ prompt }) => prompt)).toEqual([task.messages, other.messages]);
});
