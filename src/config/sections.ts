import type { z } from "zod";
import type { Problem } from "./problem.js";
import { experimentSchema } from "./schema/experiment-schema.js";
import { parseAt } from "./yaml/parse-at.js";
import { valueAt, type YamlFile } from "./yaml/yaml-file.js";

const partialSchema = experimentSchema.partial({
  ...{ name: true, models: true, questions: true, capabilities: true, methods: true },
});

/** An experiment file whose sections are all valid, or those of them that are. */
export type Sections = z.output<typeof partialSchema>;

/** The valid sections; adds a problem for every fault of the others. Null if the file is not a map. */
export function parseSections(file: YamlFile, problems: Problem[]): Sections | null {
  const whole = parseAt(experimentSchema, file, [], problems);
  if (whole !== undefined) return whole;
  if (file.value === null || typeof file.value !== "object" || Array.isArray(file.value)) return null;
  const { shape } = experimentSchema;
  const sound = experimentSchema
    .keyof()
    .options.filter((key) => shape[key].safeParse(valueAt(file.value, [key])).success)
    .map((key) => [key, valueAt(file.value, [key])]);
  return partialSchema.parse(Object.fromEntries(sound));
}

/** The valid entries of a list, with their indices; the problems of the others have been added already. */
export function soundEntries<Schema extends z.ZodType>(
  schema: Schema,
  file: YamlFile,
  section: string,
): readonly { readonly index: number; readonly entry: z.output<Schema> }[] {
  const list = valueAt(file.value, [section]);
  if (!Array.isArray(list)) return [];
  return list.flatMap((value: unknown, index) => {
    const result = schema.safeParse(value);
    return result.success ? [{ index, entry: result.data }] : [];
  });
}
