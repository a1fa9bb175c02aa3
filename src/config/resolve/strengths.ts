import type { z } from "zod";
import { DEFAULT_SEARCH } from "../defaults.js";
import type { Strengths } from "../experiment.js";
import { type Problem, shown } from "../problem.js";
import type { strengthsSchema } from "../schema/fields.js";
import type { Path, YamlFile } from "../yaml/yaml-file.js";

/** A search, a grid or a list, ascending; adds a problem and returns null if the keys contradict each other. */
export function resolveStrengths(
  input: z.output<typeof strengthsSchema>,
  file: YamlFile,
  at: Path,
  problems: Problem[],
): Strengths | null {
  if (input === "auto") return DEFAULT_SEARCH;
  const fail = (inner: Path, what: string, received: unknown, expected: string) => {
    problems.push(
      file.problem([...at, ...inner], {
        what,
        received: received === null ? null : shown(received),
        expected,
      }),
    );
    return null;
  };
  const { unit, values, from, to, count, spacing } = input;
  if (values !== undefined) {
    const extra = (["from", "to", "count", "spacing"] as const).find((key) => input[key] !== undefined);
    if (extra !== undefined)
      return fail([extra], "stands beside values", input[extra], "either values or from, to and count");
    const index = values.findIndex((value, place) => place > 0 && value <= (values[place - 1] ?? 0));
    if (index >= 0)
      return fail(["values", index], "not ascending", values[index], `more than ${values[index - 1]}`);
    return { kind: "grid", unit, values };
  }
  const searched = spacing === "auto";
  if (searched && count !== undefined) {
    return fail(["count"], "stands beside spacing: auto", count, "either spacing: auto or a count");
  }
  if (from === undefined || to === undefined || (count === undefined && !searched)) {
    const needed = searched ? { from, to } : { from, to, count };
    const missing = Object.entries(needed).flatMap(([key, value]) => (value === undefined ? [key] : []));
    const expected = searched ? "from and to" : "values, or from, to and count";
    return fail([], "incomplete", input, `${expected} (${missing.join(", ")} missing)`);
  }
  if (to <= from) return fail(["to"], "not above from", to, `more than ${from}`);
  if (spacing === "auto" || count === undefined) return { kind: "search", unit, from, to };
  return { kind: "grid", unit, values: grid(from, to, count, spacing ?? "log") };
}

/** `count` strengths from `from` to `to`, both included, rounded to six digits so that they are readable and repeatable. */
function grid(from: number, to: number, count: number, spacing: "log" | "linear"): readonly number[] {
  return Array.from({ length: count }, (_, index) => {
    const share = index / (count - 1);
    const value = spacing === "log" ? from * (to / from) ** share : from + (to - from) * share;
    return Number(value.toPrecision(6));
  });
}
