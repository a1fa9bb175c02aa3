import { stringify } from "yaml";
import { deepFreeze } from "../util/freeze.js";
import type { Experiment } from "./experiment.js";
import { LIMITS } from "./limits.js";
import { type Problem, throwProblems } from "./problem.js";
import { resolvedSchema } from "./schema/resolved-schema.js";
import { parseAt } from "./yaml/parse-at.js";
import { readYaml } from "./yaml/yaml-file.js";

/** The experiment with everything resolved and inlined, as a run keeps it in `config.resolved.yaml`. */
export function resolvedYaml(experiment: Experiment): string {
  return stringify(experiment, { aliasDuplicateObjects: false, lineWidth: 0 });
}

/** Reads a run's `config.resolved.yaml` back. Throws a UserError with every problem of the file. */
export async function loadResolved(path: string, cwd: string = process.cwd()): Promise<Experiment> {
  const problems: Problem[] = [];
  const file = await readYaml(path, { cwd, bounds: { ...LIMITS, ...LIMITS.resolved } }, problems);
  const experiment = file === null ? undefined : parseAt(resolvedSchema, file, [], problems);
  throwProblems(problems);
  if (experiment === undefined) throw new Error(`${path} could not be read, and no problem was reported`);
  return deepFreeze(experiment);
}
