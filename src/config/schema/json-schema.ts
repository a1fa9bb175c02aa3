import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { capabilitySchema } from "./capability-schema.js";
import { experimentSchema } from "./experiment-schema.js";
import { methodSchema } from "./method-schema.js";
import { questionSchema } from "./question-schema.js";

const SCHEMAS = Object.freeze({
  "capability.schema.json": capabilitySchema,
  "experiment.schema.json": experimentSchema,
  "method.schema.json": methodSchema,
  "question.schema.json": questionSchema,
});

const OPTIONS: z.core.ToJSONSchemaParams = {
  io: "input",
  // For an editor a bigint is a whole number, which zod cannot express.
  unrepresentable: "any",
  override: ({ zodSchema, jsonSchema }) => {
    if (zodSchema._zod.def.type === "bigint") jsonSchema.type = "integer";
  },
};

/** JSON Schemas of the YAML files for editors, as text, keyed by file name in `configs/`. */
export function jsonSchemas(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(SCHEMAS).map(([name, schema]) => [
      name,
      `${JSON.stringify(z.toJSONSchema(schema, OPTIONS), null, 2)}\n`,
    ]),
  );
}

export async function writeJsonSchemas(root: string): Promise<void> {
  for (const [name, text] of Object.entries(jsonSchemas()))
    await writeFile(join(root, "configs", name), text);
}
