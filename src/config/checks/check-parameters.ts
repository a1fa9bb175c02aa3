import type { LoadedExperiment } from "../load-experiment.js";
import { problemOf } from "../origins.js";
import { pinned } from "../pinned-component.js";
import { type Problem, shown, throwProblems } from "../problem.js";
import { type Path, valueAt } from "../yaml/yaml-file.js";

/** Parameters of one direction or edit, as the worker's `check_params` takes them. */
interface ParameterEntry {
  readonly role: "direction" | "edit";
  readonly kind: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly sha256: string | null;
  /** Index of the method in the experiment. */
  readonly method: number;
}

/** Parameters that the worker is to check, in the order of its answer. */
export function parameterEntries({ experiment }: LoadedExperiment): readonly ParameterEntry[] {
  return experiment.methods.flatMap((method, index) =>
    method.kind !== "activation"
      ? []
      : (["direction", "edit"] as const).map((role) => {
          return { role, ...pinned(method[role]), method: index };
        }),
  );
}

/** Throws a UserError with the faults that the worker found in the parameters; returns if there are none. */
export function throwParameterProblems(
  loaded: LoadedExperiment,
  found: readonly { readonly index: number; readonly path: Path; readonly message: string }[],
): void {
  const entries = parameterEntries(loaded);
  const problems = found.map(({ index, path, message }): Problem => {
    const entry = entries[index];
    if (entry === undefined)
      throw new RangeError(`check_params answered for entry ${index} of ${entries.length}`);
    const what = `not a parameter that ${entry.kind} takes: ${message}`;
    const value = valueAt(entry.params, path);
    const fault = { what, received: shown(path.length === 0 ? entry.params : value) };
    return problemOf(loaded.origins, `methods.${entry.method}.${entry.role}`, fault, path);
  });
  throwProblems(problems);
}
