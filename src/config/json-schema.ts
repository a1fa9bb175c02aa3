import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { capabilitySchema } from "./schema/capability-schema.js";
import { experimentSchema } from "./schema/experiment-schema.js";
import { methodSchema } from "./schema/method-schema.js";
import { questionSchema } from "./schema/question-schema.js";

const SCHEMAS = Object.freeze({
  "capability.schema.json": capabilitySchema,
  "experiment.schema.json": experimentSchema,
  "method.schema.json": methodSchema,
  "question.schema.json": questionSchema,
});

/** JSON Schemas of the YAML files for editors, as text, by their file's name in `configs/`. */
export function jsonSchemas(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(SCHEMAS).map(([name, schema]) => [
      name,
      `${JSON.stringify(z.toJSONSchema(schema, { io: "input" }), null, 2)}\n`,
    ]),
  );
}

export async function writeJsonSchemas(root: string): Promise<void> {
  for (const [name, text] of Object.entries(jsonSchemas()))
    await writeFile(join(root, "configs", name), text);
}
