import type { Message, Question } from "../experiment.js";
import { shown } from "../problem.js";
import { questionSchema } from "../schema/question-schema.js";
import { parseAt } from "../yaml/parse-at.js";
import type { YamlFile } from "../yaml/yaml-file.js";
import type { Context } from "./context.js";
import { dataName } from "./data-files.js";

/** A question from its file; if it has faults, adds a problem for each and returns null. */
export function resolveQuestion(file: YamlFile, context: Context): Question | null {
  const input = parseAt(questionSchema, file, [], context.problems);
  if (input === undefined) return null;
  for (const key of ["target", "others"] as const) {
    for (const [index, name] of (input[key] ?? []).entries()) {
      const earlier = key === "target" ? ["right" as const] : (["right", "target"] as const);
      const clash = earlier.find((other) => input[other].some((word) => sameWord(word, name)));
      if (clash === undefined) continue;
      const fault = {
        what: `is also under ${clash}`,
        received: shown(name),
        expected: "a name of only one answer",
      };
      context.problems.push(file.problem([key, index], fault));
    }
  }
  checkMessages(input.messages, file, [], context);
  const { last_token, word } = input.contrast ?? {};
  return {
    id: input.id ?? dataName(file.path),
    domain: input.domain ?? null,
    messages: input.messages,
    right: input.right,
    target: input.target,
    others: input.others ?? [],
    contrast: {
      ...(last_token === undefined ? {} : { last_token }),
      ...(word === undefined ? {} : { word }),
    },
    forcedChoice: input.forced_choice ?? null,
    instruction: input.instruction ?? null,
  };
}

/** Adds a problem if a chat template could not render the messages. */
export function checkMessages(
  messages: readonly Message[],
  file: YamlFile,
  at: readonly (string | number)[],
  context: Context,
): void {
  for (const [index, { role }] of messages.entries()) {
    const turn = index - (messages[0]?.role === "system" ? 1 : 0);
    const expected = turn < 0 ? "system" : turn % 2 === 0 ? "user" : "assistant";
    if (role !== expected) {
      const fault = { what: "out of turn", received: shown(role), expected };
      context.problems.push(file.problem([...at, "messages", index, "role"], fault));
      return;
    }
  }
  if (messages.at(-1)?.role !== "user") {
    const fault = {
      what: "nothing to answer",
      received: shown(messages.at(-1)?.role),
      expected: "a last message of the user",
    };
    context.problems.push(file.problem([...at, "messages"], fault));
  }
}

function sameWord(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
