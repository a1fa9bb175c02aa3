import { z } from "zod";
import { capabilitySchema } from "../../src/config/schema/capability-schema.js";
import { experimentSchema } from "../../src/config/schema/experiment-schema.js";
import { methodSchema } from "../../src/config/schema/method-schema.js";
import { questionSchema } from "../../src/config/schema/question-schema.js";

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
    // A link leads nowhere from an editor.
    if (jsonSchema.description !== undefined)
      jsonSchema.description = jsonSchema.description.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, "$1");
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
