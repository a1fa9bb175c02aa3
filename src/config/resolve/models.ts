import { stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import type { ModelReference } from "../experiment.js";
import { shown } from "../problem.js";
import type { ExperimentInput } from "../schema/experiment-schema.js";
import type { Path, YamlFile } from "../yaml/yaml-file.js";
import type { Context } from "./context.js";

const HUB_ID = /^[A-Za-z0-9][\w.-]*\/[\w.-]+$/;

/**
 * A folder if one exists (relative to the working directory, the config or the repository), otherwise a hub id if the
 * text has exactly one slash. Adds a problem and returns null for anything else.
 */
export async function resolveModel(
  input: ExperimentInput["models"][number],
  file: YamlFile,
  at: Path,
  context: Context,
): Promise<ModelReference | null> {
  const entry = typeof input === "string" ? { model: input } : input;
  const path = typeof input === "string" ? at : [...at, "model"];
  const fail = (what: string, expected: string) => {
    context.problems.push(file.problem(path, { what, received: shown(entry.model), expected }));
    return null;
  };
  const candidates = [context.cwd, dirname(file.path), context.root].map((base) =>
    resolve(base, entry.model),
  );
  for (const candidate of candidates) {
    const found = await stat(candidate).catch(() => null);
    if (found === null) continue;
    if (!found.isDirectory()) return fail("is a file", "a folder that holds config.json and safetensors");
    if (entry.revision !== undefined)
      return fail("is a folder, which has no revision", "a hub id, or no revision");
    return {
      name: entry.name ?? basename(candidate),
      ref: candidate,
      source: "folder",
      revision: null,
      parameters: entry.parameters ?? null,
    };
  }
  if (!HUB_ID.test(entry.model)) {
    const looked = [...new Set(candidates)].join(", ");
    return fail(
      `no such folder (looked for ${looked})`,
      "an existing folder, or a hub id such as google/gemma-3-1b-it",
    );
  }
  return {
    name: entry.name ?? basename(entry.model),
    ref: entry.model,
    source: "hub",
    revision: entry.revision ?? null,
    parameters: entry.parameters ?? null,
  };
}
