import type { z } from "zod";
import type { methodSchema } from "../schema/method-schema.js";
import type { Path, YamlFile } from "../yaml/yaml-file.js";

export type MethodFields = z.output<typeof methodSchema>;

/** A place that may set a method's fields: the experiment's own entry, its preset, the top of the experiment. */
export interface Source {
  readonly file: YamlFile;
  readonly at: Path;
  readonly fields: MethodFields;
}

/** A value, and where it was set. */
interface Sourced<Value> {
  readonly value: Value;
  readonly file: YamlFile;
  readonly at: Path;
}

/** The first source's value for a field; null if none sets it. */
export function pick<Key extends keyof MethodFields>(
  sources: readonly Source[],
  key: Key,
): Sourced<NonNullable<MethodFields[Key]>> | null {
  for (const { file, at, fields } of sources) {
    const value = fields[key];
    if (value !== undefined && value !== null) return { value, file, at: [...at, key] };
  }
  return null;
}
