import { z } from "zod";
import { type Problem, shown, throwProblems } from "../../config/problem.js";
import { faultOf } from "../../config/yaml/fault-of.js";

/** A text that is given once: yargs turns a repeated option into a list. */
export const textOption = z.string().min(1);

/** A whole number in a range. Its option declares no type, so that yargs passes on a non-number as it was written. */
export const countOption = (least: number, most: number) => z.int().min(least).max(most);

/** Arguments without dashes. */
const POSITIONAL = new Set(["config", "file", "run", "table"]);

/** The options of a verb, parsed by its schema. Throws a UserError that lists all problems. */
export function checkedOptions<Schema extends z.ZodObject>(schema: Schema, args: object): z.output<Schema> {
  const result = schema.safeParse(args);
  if (result.success) return result.data;
  throwProblems(
    result.error.issues.map((issue): Problem => {
      const [name, ...inner] = issue.path.map(String);
      const value: unknown = Reflect.get(args, name ?? "");
      const where = {
        file: POSITIONAL.has(name ?? "") ? `<${name}>` : `--${name}`,
        line: null,
        column: null,
        key: inner.join("."),
      };
      const twice = Array.isArray(value) && inner.length === 0 && issue.code === "invalid_type";
      const { what, expected } = faultOf(issue);
      return { ...where, what: twice ? "occurs twice" : what, received: shown(value), expected };
    }),
  );
  throw new Error("options were refused without a reason");
}
