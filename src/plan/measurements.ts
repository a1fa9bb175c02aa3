import type { Experiment } from "../config/experiment.js";
import { SCHEMA_VERSION } from "../config/identity.js";
import { contentHash } from "../util/canonical-json.js";
import type { Cell, PlannedMeasurement, PlannedPrompt } from "./plan.js";

/** Log-probabilities of the right and the target answer in every cell of a question that has a forced choice. */
export function planMeasurements(
  experiment: Experiment,
  cells: readonly Cell[],
  prompts: readonly PlannedPrompt[],
): readonly PlannedMeasurement[] {
  if (!experiment.measurements.includes("answer_logprobs")) return [];
  const questions = [...experiment.questions, ...experiment.development];
  const choices = new Map(questions.map(({ id, forcedChoice }) => [id, forcedChoice]));
  return cells.flatMap((cell) => {
    const prompt = prompts[cell.prompt];
    const choice = prompt?.kind === "question" ? (choices.get(prompt.id) ?? null) : null;
    if (choice === null) return [];
    return (["right", "target"] as const).map((role) => {
      const asked = {
        name: "answer_logprob" as const,
        role,
        prefix: choice.prefix,
        continuation: choice[role],
      };
      const { specification } = cell;
      const id = contentHash({
        schema_version: SCHEMA_VERSION,
        specification,
        seed: experiment.seed,
        ...asked,
      });
      return { id, cell: cell.id, ...asked };
    });
  });
}
