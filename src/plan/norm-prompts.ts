import type { Message } from "../config/experiment.js";
import type { PlannedPrompt } from "./plan.js";

/** The prompts that residual norms are measured on: every question's, as it is and under instructions. */
export const normPrompts = (prompts: readonly PlannedPrompt[]): readonly (readonly Message[])[] =>
  prompts.filter(({ kind }) => kind === "question").map(({ messages }) => messages);
