import { z } from "zod";
import { closest } from "../../util/closest.js";
import { type Problem, shown } from "../problem.js";
import { faultOf, type Issue } from "./fault-of.js";
import { type Path, valueAt, type YamlFile } from "./yaml-file.js";

/** Parses the value at a path of a file; if it has faults, adds a located problem for each and returns undefined. */
export function parseAt<Schema extends z.ZodType>(
  schema: Schema,
  file: YamlFile,
  at: Path,
  problems: Problem[],
): z.output<Schema> | undefined {
  const result = schema.safeParse(valueAt(file.value, at));
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    for (const problem of problemsOf(issue, schema, file, at)) problems.push(problem);
  }
  return undefined;
}

function problemsOf(issue: Issue, schema: z.ZodType, file: YamlFile, at: Path): Problem[] {
  const inner = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
  const path = [...at, ...inner];
  const value = valueAt(file.value, path);
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, inner);
    return issue.keys.map((key) => {
      const alike = closest(key, known);
      return file.problem(
        [...path, key],
        {
          what: "unknown key",
          received: shown(valueAt(value, [key])),
          expected: alike === null ? `one of ${known.join(", ")}` : `"${alike}"`,
        },
        "key",
      );
    });
  }
  if (issue.code === "invalid_union") {
    const branch = matchingBranch(issue.errors);
    if (branch !== null) {
      return branch.flatMap((nested) =>
        problemsOf({ ...nested, path: [...issue.path, ...nested.path] }, schema, file, at),
      );
    }
  }
  const { what, expected } = faultOf(issue);
  if (value === undefined) return [file.problem(path, { what: "missing", expected })];
  if (typeof value === "bigint" && issue.code === "invalid_type") {
    const most = `a number of at most ${Number.MAX_SAFE_INTEGER}`;
    return [file.problem(path, { what: "too large", received: shown(value), expected: most })];
  }
  return [file.problem(path, { what, received: shown(value), expected })];
}

/** The branch of a union that has the value's type, that is, whose complaints are about parts of the value. */
function matchingBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const inside = branches.filter((issues) =>
    issues.every(
      ({ code, path }) =>
        path.length > 0 || !["invalid_type", "invalid_value", "invalid_union"].includes(code),
    ),
  );
  return inside.toSorted((a, b) => a.length - b.length)[0] ?? null;
}

/** Keys that a schema allows at a path. */
function keysAt(schema: unknown, path: readonly (string | number)[]): readonly string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return keysAt(schema.unwrap(), path);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => keysAt(option, path));
  const [step, ...rest] = path;
  if (schema instanceof z.ZodObject) {
    if (step === undefined) return Object.keys(schema.shape);
    return keysAt(schema.shape[String(step)] ?? schema.def.catchall, rest);
  }
  if (step === undefined) return [];
  if (schema instanceof z.ZodArray) return keysAt(schema.element, rest);
  if (schema instanceof z.ZodRecord) return keysAt(schema.valueType, rest);
  return [];
}
