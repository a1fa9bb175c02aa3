import type { Capability } from "../experiment.js";
import { shown } from "../problem.js";
import { capabilitySchema } from "../schema/capability-schema.js";
import { parseAt } from "../yaml/parse-at.js";
import type { YamlFile } from "../yaml/yaml-file.js";
import type { Context } from "./context.js";
import { dataName } from "./data-files.js";
import { checkMessages } from "./questions.js";

/** A capability from its file; if it has faults, adds a problem for each and returns null. */
export function resolveCapability(file: YamlFile, context: Context): Capability | null {
  const input = parseAt(capabilitySchema, file, [], context.problems);
  if (input === undefined) return null;
  for (const [index, { id, messages }] of input.tasks.entries()) {
    checkMessages(messages, file, ["tasks", index], context);
    if (input.tasks.findIndex((task) => task.id === id) < index) {
      const fault = { what: "occurs twice", received: shown(id), expected: "a different id for each task" };
      context.problems.push(file.problem(["tasks", index, "id"], fault));
    }
  }
  return {
    id: input.id ?? dataName(file.path),
    kind: input.kind,
    tasks: input.tasks.map((task) => ({ ...task, wrong: task.wrong ?? [] })),
  };
}
