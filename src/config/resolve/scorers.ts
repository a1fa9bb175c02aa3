import { basename, dirname, resolve } from "node:path";
import { fileSha256 } from "../../util/file-sha256.js";
import type { ScorerReference } from "../experiment.js";
import { shown } from "../problem.js";
import { nameField } from "../schema/fields.js";
import type { Path, YamlFile } from "../yaml/yaml-file.js";
import type { Context } from "./context.js";

/** One entry of `scorers`: a name, or the path of a Python file; adds a problem and returns null where there is no such file. */
export async function resolveScorer(
  entry: string,
  file: YamlFile,
  at: Path,
  { problems }: Context,
): Promise<ScorerReference | null> {
  const fail = (what: string, expected: string) => {
    problems.push(file.problem(at, { what, received: shown(entry), expected }));
    return null;
  };
  const name = basename(entry).replace(/\.py$/, "");
  if (!nameField.safeParse(name).success)
    return fail("cannot name a scorer", "letters, digits, dots, dashes and underscores");
  if (!entry.endsWith(".py")) {
    return name === entry
      ? { name, file: null }
      : fail("not a Python file", "the name of a scorer, or a path that ends in .py");
  }
  const path = resolve(dirname(file.path), entry);
  const sha256 = await fileSha256(path);
  if (sha256 === null) return fail(`no such file as ${path}`, "a path relative to this file");
  return { name, file: { path, sha256 } };
}
