import type { Experiment } from "./experiment.js";
import { shown } from "./problem.js";

/** A key whose value differs; a value is null where the key is absent. */
export interface Difference {
  /** Dotted, as `methods[1].strengths.values[3]`. */
  readonly key: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** The keys in which two experiments differ, in order; lists of another length count as one difference. */
export function diffExperiments(before: Experiment, after: Experiment): readonly Difference[] {
  return differences("", before, after);
}

/** Of two parts of experiments, which stand at `key`. */
export function differences(key: string, before: unknown, after: unknown): readonly Difference[] {
  if (Object.is(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) {
    if (before.length !== after.length) return [{ key, before: shown(before), after: shown(after) }];
    return before.flatMap((value: unknown, index) => differences(`${key}[${index}]`, value, after[index]));
  }
  if (isMap(before) && isMap(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((inner) =>
      differences(
        key === "" ? inner : `${key}.${inner}`,
        Reflect.get(before, inner),
        Reflect.get(after, inner),
      ),
    );
  }
  const text = (value: unknown) => (value === undefined ? null : shown(value));
  return [{ key, before: text(before), after: text(after) }];
}

function isMap(value: unknown): value is object {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
