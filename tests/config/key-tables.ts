import { z } from "zod";
import { analysisSchema } from "../../src/config/schema/analysis-schema.js";
import { experimentSchema, modelMap } from "../../src/config/schema/experiment-schema.js";
import { shownDefault } from "../../src/config/schema/fields.js";
import { inlineMethodSchema } from "../../src/config/schema/method-schema.js";
import { decodingSchema, designSchema, executionSchema } from "../../src/config/schema/run-schema.js";

/** The schema of each table in docs/config.md, by the name in the comment before it. */
const TABLES: Readonly<Record<string, z.ZodObject>> = {
  experiment: experimentSchema,
  model: modelMap,
  method: inlineMethodSchema,
  decoding: decodingSchema,
  execution: executionSchema,
  design: designSchema,
  analysis: analysisSchema,
};

/** docs/config.md with the table after each `<!-- keys: NAME -->` written anew from the schema. */
export function withKeyTables(page: string): string {
  return page.replaceAll(/(<!-- keys: (\w+) -->\n)(?:\|.*\n)*/g, (_, mark: string, name: string) => {
    const schema = TABLES[name];
    if (schema === undefined) throw new RangeError(`docs/config.md asks for the keys of ${name}`);
    return `${mark}${keyTable(name, schema)}`;
  });
}

/** Names of the tables that the page has. */
export const tablesOf = (page: string): readonly string[] =>
  [...page.matchAll(/<!-- keys: (\w+) -->/g)].map(([, name = ""]) => name);

export const TABLE_NAMES: readonly string[] = Object.keys(TABLES);

function keyTable(name: string, schema: z.ZodObject): string {
  const rows = Object.entries(schema.shape).map(([key, field]) => {
    if (!(field instanceof z.ZodType)) throw new TypeError(`the key ${key} of ${name} has no schema`);
    const { description } = field;
    if (description === undefined) throw new TypeError(`the key ${key} of ${name} is not described`);
    return `| \`${key}\` | ${defaultOf(field)} | ${description} |\n`;
  });
  return `| key | default | meaning |\n|---|---|---|\n${rows.join("")}`;
}

function defaultOf(field: z.ZodType): string {
  const shown = shownDefault.get(field);
  if (shown !== undefined) return shown.text;
  if (field instanceof z.ZodPrefault) return nestedDefaults(field.unwrap());
  if (field instanceof z.ZodDefault) return valueText(field.def.defaultValue);
  return field instanceof z.ZodOptional ? "none" : "required";
}

/** Of a map whose keys have defaults of their own; nothing where another table has them. */
function nestedDefaults(schema: unknown): string {
  if (!(schema instanceof z.ZodObject)) return "";
  const fields = Object.entries(schema.shape);
  if (fields.some(([, field]) => !(field instanceof z.ZodDefault) || field.description !== undefined))
    return "";
  return `\`{ ${fields.map(([key, field]) => `${key}: ${(field as z.ZodDefault).def.defaultValue}`).join(", ")} }\``;
}

function valueText(value: unknown): string {
  if (typeof value === "number") return `${value}`;
  if (Array.isArray(value)) return value.length === 0 ? "none" : `\`[${value.join(", ")}]\``;
  return `\`${String(value)}\``;
}
