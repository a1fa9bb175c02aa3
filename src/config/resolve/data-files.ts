import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { closest } from "../../util/closest.js";
import { shown } from "../problem.js";
import { type Path, readYaml, valueAt, type YamlFile } from "../yaml/yaml-file.js";
import type { Context } from "./context.js";

/**
 * Reads the data file that `text` names: a path that ends in .yaml, relative to `file`, or the name of a file anywhere
 * below `configs/<folder>`. Adds a problem and returns null where there is none, or more than one.
 */
export async function readDataFile(
  context: Context,
  folder: string,
  text: string,
  file: YamlFile,
  at: Path,
): Promise<YamlFile | null> {
  const fail = (what: string, expected: string) => {
    context.problems.push(file.problem(at, { what, received: shown(valueAt(file.value, at)), expected }));
    return null;
  };
  if (/\.ya?ml$/.test(text)) {
    const path = resolve(dirname(file.path), text);
    const found = await stat(path).catch(() => null);
    if (found === null) return fail(`no such file as ${path}`, "a path relative to this file");
    return readYaml(path, context, context.problems);
  }
  const known = await listYaml(join(context.root, "configs", folder));
  const base = join(context.root, "configs", folder);
  const matches = known.filter((path) => dataName(path) === text || nested(path, base) === text);
  const [path] = matches;
  if (path === undefined) {
    const alike = closest(text, known.map(dataName));
    const names = `a name below configs/${folder}, or a path that ends in .yaml`;
    return fail(`no such name in configs/${folder}`, alike === null ? names : `"${alike}"`);
  }
  if (matches.length > 1) {
    return fail("names more than one file", matches.map((match) => `"${nested(match, base)}"`).join(" or "));
  }
  return readYaml(path, context, context.problems);
}

/** A data file's name, without folder and extension. */
export function dataName(path: string): string {
  return basename(path).replace(/\.ya?ml$/, "");
}

function nested(path: string, base: string): string {
  return relative(base, path)
    .replace(/\.ya?ml$/, "")
    .split(sep)
    .join("/");
}

/** YAML files below a folder, sorted; none where the folder is absent. */
async function listYaml(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  return entries
    .filter((entry) => /\.ya?ml$/.test(entry))
    .sort()
    .map((entry) => join(folder, entry));
}
