import type { z } from "zod";
import type { Strengths } from "../experiment.js";
import { type Problem, shown } from "../problem.js";
import type { strengthsSchema } from "../schema/fields.js";
import type { Path, YamlFile } from "../yaml/yaml-file.js";

/** The strengths of a grid or of a list, ascending; adds a problem and returns null where they contradict themselves. */
export function resolveStrengths(
  input: z.output<typeof strengthsSchema>,
  file: YamlFile,
  at: Path,
  problems: Problem[],
): Strengths | null {
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
  if (from === undefined || to === undefined || count === undefined) {
    const missing = Object.entries({ from, to, count }).flatMap(([key, value]) =>
      value === undefined ? [key] : [],
    );
    return fail([], "incomplete", input, `values, or from, to and count (${missing.join(", ")} missing)`);
  }
  if (to <= from) return fail(["to"], "not above from", to, `more than ${from}`);
  return { kind: "grid", unit, values: grid(from, to, count, spacing ?? "log") };
}

/** `count` strengths from `from` to `to`, both included, rounded to six digits so that they read and repeat well. */
function grid(from: number, to: number, count: number, spacing: "log" | "linear"): readonly number[] {
  return Array.from({ length: count }, (_, index) => {
    const share = index / (count - 1);
    const value = spacing === "log" ? from * (to / from) ** share : from + (to - from) * share;
    return Number(value.toPrecision(6));
  });
}
