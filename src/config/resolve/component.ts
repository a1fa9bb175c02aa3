import { dirname, resolve } from "node:path";
import type { z } from "zod";
import { fileSha256 } from "../../util/file-sha256.js";
import type { Component } from "../experiment.js";
import { shown } from "../problem.js";
import type { componentSchema } from "../schema/method-schema.js";
import type { Path, YamlFile } from "../yaml/yaml-file.js";
import type { Context } from "./context.js";

/** The direction whose `path` parameter is a user's file, read by the worker and hashed here. */
const VECTOR_FILE = "vector_file";

/** A direction or an edit with its parameters; if it cannot be resolved, adds a problem and returns null. */
export async function resolveComponent(
  input: z.output<typeof componentSchema>,
  file: YamlFile,
  at: Path,
  context: Context,
): Promise<Component | null> {
  const fail = (inner: Path, what: string, received: unknown, expected: string) => {
    context.problems.push(file.problem([...at, ...inner], { what, received: shown(received), expected }));
    return null;
  };
  const entry =
    typeof input === "string" ? (input.endsWith(".py") ? { file: input } : { kind: input }) : input;
  const { kind, file: source, ...params } = { kind: undefined, file: undefined, ...entry };
  if ((kind === undefined) === (source === undefined)) {
    return fail(
      [],
      "names no single component",
      input,
      "either kind (a registered one) or file (a Python file)",
    );
  }
  if (source !== undefined) {
    const key = typeof input === "string" ? [] : ["file"];
    if (!source.endsWith(".py")) return fail(key, "not a Python file", source, "a path that ends in .py");
    const path = resolve(dirname(file.path), source);
    const sha256 = await fileSha256(path);
    if (sha256 === null) return fail(key, `no such file as ${path}`, source, "a path relative to this file");
    return { kind: path, params: placed(params, file), file: { path: source, sha256 } };
  }
  if (kind === undefined) return null;
  if (kind !== VECTOR_FILE) return { kind, params: placed(params, file), file: null };
  const vector = Reflect.get(params, "path");
  if (typeof vector !== "string") return fail(["path"], "missing", vector, "the path of a safetensors file");
  const path = resolve(dirname(file.path), vector);
  const sha256 = await fileSha256(path);
  if (sha256 === null)
    return fail(["path"], `no such file as ${path}`, vector, "a path relative to this file");
  return { kind, params: { ...params, path }, file: { path: vector, sha256 } };
}

/** Parameters with each text that begins with ./ or ../ made absolute: it is a path relative to its config. */
function placed(params: Component["params"], file: YamlFile): Component["params"] {
  return Object.fromEntries(
    Object.entries(params).map(([key, value]) =>
      typeof value === "string" && /^\.\.?\//.test(value)
        ? [key, resolve(dirname(file.path), value)]
        : [key, value],
    ),
  );
}
