import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { cancelSchema, rejectSchema, welcomeSchema } from "../../../src/worker/wire/messages.js";
import { REQUESTS } from "../../../src/worker/wire/requests.js";

const json = z.json();
type Json = z.infer<typeof json>;
type JsonObject = Readonly<Record<string, Json>>;

const file = join(import.meta.dirname, "..", "..", "fixtures", "request-schemas.json");
/** What the worker accepts, written by its own tests (python-worker/tests/protocol/request_schemas.py). */
const accepted = z.record(z.string(), json).parse(JSON.parse(readFileSync(file, "utf8")));
const sent = { ...REQUESTS, cancel: cancelSchema, reject: rejectSchema, welcome: welcomeSchema };
const types = Object.keys(sent) as (keyof typeof sent)[];

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Says nothing about what is accepted; `propertyNames` says that the keys of a map are strings. */
const SILENT = new Set(["$schema", "$defs", "title", "description", "readOnly", "propertyNames"]);

/** A JSON Schema in one form for both generators, with its references filled in. */
function normal(schema: Json, definitions: JsonObject): Json {
  if (Array.isArray(schema)) return schema.map((item) => normal(item, definitions));
  if (!isObject(schema)) return schema;
  const { $ref, type } = schema;
  if (typeof $ref === "string") return normal(definitions[$ref.replace("#/$defs/", "")] ?? null, definitions);
  if (Array.isArray(type)) return { anyOf: type.map((each) => ({ type: each })) };
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => !SILENT.has(key))
      .map(([key, value]): [string, Json] => {
        if (key === "properties" && isObject(value)) return [key, normalValues(value, definitions)];
        if (key === "required" && Array.isArray(value)) return [key, value.map(String).sort()];
        if (key === "additionalProperties" && isObject(value) && Object.keys(value).length === 0)
          return [key, true];
        return [key, normal(value, definitions)];
      })
      .map(([key, value]) => (type === "integer" ? inclusive(key, value) : ([key, value] as const)))
      .filter(([key, value]) => !(key === "minItems" && value === 0) && !isWireBound(value)),
  );
}

const normalValues = (schemas: JsonObject, definitions: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, normal(schema, definitions)]));

/** A bound of an integer as one that it may reach. */
function inclusive(key: string, value: Json): readonly [string, Json] {
  if (key === "exclusiveMinimum") return ["minimum", Number(value) + 1];
  if (key === "exclusiveMaximum") return ["maximum", Number(value) - 1];
  return [key, value];
}

/** No integer beyond these travels, whatever a body's schema says (docs/protocol.md). */
const isWireBound = (value: Json) => value === Number.MAX_SAFE_INTEGER || value === Number.MIN_SAFE_INTEGER;

function normalised(schema: Json | undefined): Json {
  if (!isObject(schema)) throw new TypeError("a schema is a JSON object");
  return normal(schema, isObject(schema.$defs) ? schema.$defs : {});
}

test("both sides know the same requests", () => {
  expect([...types].sort()).toEqual(Object.keys(accepted).sort());
});

test.each(types)("what the orchestrator may send as %s is what the worker accepts, to the bound", (type) => {
  const own = json.parse(z.toJSONSchema(sent[type], { io: "input" }));
  expect(normalised(own)).toEqual(normalised(accepted[type]));
});
