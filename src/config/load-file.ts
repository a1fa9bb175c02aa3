import { deepFreeze } from "../util/freeze.js";
import type { Capability, Question } from "./experiment.js";
import { type LoadedExperiment, type LoadOptions, loadExperiment } from "./load-experiment.js";
import { type Problem, throwProblems } from "./problem.js";
import { resolveCapability } from "./resolve/capabilities.js";
import type { Context } from "./resolve/context.js";
import { resolveQuestion } from "./resolve/questions.js";
import { readYaml, valueAt } from "./yaml/yaml-file.js";

type LoadedFile =
  | { readonly kind: "experiment"; readonly loaded: LoadedExperiment }
  | { readonly kind: "question"; readonly question: Question }
  | { readonly kind: "capability"; readonly capability: Capability };

/**
 * Reads an experiment, a question or a capability, distinguished by their keys: `models`, `tasks`, or neither. Throws a
 * UserError with every problem of the file.
 */
export async function loadFile(path: string, options: LoadOptions): Promise<LoadedFile> {
  const problems: Problem[] = [];
  const context: Context = { root: options.root, cwd: options.cwd ?? process.cwd(), problems };
  const file = await readYaml(path, context, problems);
  if (file !== null && valueAt(file.value, ["models"]) !== undefined) {
    return { kind: "experiment", loaded: await loadExperiment(path, options) };
  }
  const isCapability = file !== null && valueAt(file.value, ["tasks"]) !== undefined;
  const capability = file !== null && isCapability ? resolveCapability(file, context) : null;
  const question = file !== null && !isCapability ? resolveQuestion(file, context) : null;
  throwProblems(problems);
  if (capability !== null) return deepFreeze({ kind: "capability", capability });
  if (question !== null) return deepFreeze({ kind: "question", question });
  throw new Error(`${path} could not be read, and no problem was reported`);
}
