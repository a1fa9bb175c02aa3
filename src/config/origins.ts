import type { Problem } from "./problem.js";
import type { Fault, Path, YamlFile } from "./yaml/yaml-file.js";

/** Where a part of an experiment was written. */
export interface Origin {
  readonly file: YamlFile;
  readonly at: Path;
}

/**
 * Keyed by part: `models.0`, `questions.0` (the entry), `questions.0.file` (its file), `methods.0` (the entry) and
 * `methods.0.direction`, `.edit`, `.strengths`, ... (where that field was set, maybe in a preset); "" is the whole config.
 */
export type Origins = ReadonlyMap<string, Origin>;

/** A problem of a part, located where it was written, or at the nearest part above it. */
export function problemOf(origins: Origins, part: string, fault: Fault, inner: Path = []): Problem {
  const steps = part.split(".");
  for (let length = steps.length; length >= 0; length--) {
    const origin = origins.get(steps.slice(0, length).join("."));
    if (origin !== undefined) {
      return origin.file.problem([...origin.at, ...(length === steps.length ? inner : [])], fault);
    }
  }
  throw new RangeError(`no origin is known of ${part}`);
}
