import type { Experiment, Message, Question } from "../config/experiment.js";
import { contentHash } from "../util/canonical-json.js";
import type { PlannedPrompt } from "./plan.js";

/** A prompt's place in `Plan.prompts`, and the hash that stands for it in specifications. */
export interface IndexedPrompt {
  readonly index: number;
  readonly hash: string;
  readonly prompt: PlannedPrompt;
}

/** The prompts of one condition: the questions asked as they are, or one question and the tasks under its instruction. */
export interface PromptSet {
  readonly questions: ReadonlyMap<string, IndexedPrompt>;
  readonly tasks: readonly IndexedPrompt[];
}

export interface PlannedPrompts {
  readonly all: readonly PlannedPrompt[];
  readonly plain: PromptSet;
  /** By question id; empty unless a method of kind `prompt` is planned. */
  readonly instructed: ReadonlyMap<string, PromptSet>;
}

export function planPrompts(experiment: Experiment): PlannedPrompts {
  const all: PlannedPrompt[] = [];
  const add = (prompt: PlannedPrompt): IndexedPrompt => {
    all.push(prompt);
    return { index: all.length - 1, hash: contentHash(prompt), prompt };
  };
  const promptSet = (questions: readonly Question[], instruction: string | null): PromptSet => ({
    questions: new Map(
      questions.map(({ id, messages }) => [
        id,
        add({ kind: "question", id, capability: null, messages: instruct(messages, instruction) }),
      ]),
    ),
    tasks: experiment.capabilities.flatMap((capability) =>
      capability.tasks.map(({ id, messages }) =>
        add({ kind: "task", id, capability: capability.id, messages: instruct(messages, instruction) }),
      ),
    ),
  });
  const screened = experiment.methods.some(
    (method) => method.kind === "activation" && method.layers === "auto",
  );
  const { questions, development } = experiment;
  const plain = promptSet(screened ? [...questions, ...development] : questions, null);
  const instructed = new Map<string, PromptSet>();
  if (experiment.methods.some(({ kind }) => kind === "prompt")) {
    for (const question of experiment.questions) {
      instructed.set(question.id, promptSet([question], question.instruction));
    }
  }
  return { all, plain, instructed };
}

/** The instruction as the system message, after the messages' own where they have one. */
export function instruct(messages: readonly Message[], instruction: string | null): readonly Message[] {
  if (instruction === null) return messages;
  const [first, ...rest] = messages;
  if (first?.role === "system") {
    return [{ role: "system", content: `${first.content}\n\n${instruction}` }, ...rest];
  }
  return [{ role: "system", content: instruction }, ...messages];
}
