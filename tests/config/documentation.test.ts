import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { z } from "zod";
import { DEFAULT_SEARCH } from "../../src/config/defaults.js";
import { LIMITS } from "../../src/config/limits.js";
import { loadFile } from "../../src/config/load-file.js";
import { capabilitySchema } from "../../src/config/schema/capability-schema.js";
import { experimentSchema } from "../../src/config/schema/experiment-schema.js";
import { questionSchema } from "../../src/config/schema/question-schema.js";
import { TABLE_NAMES, tablesOf, withKeyTables } from "./key-tables.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (name: string) => readFileSync(join(root, "docs", name), "utf8");
const text = read("config.md");
const questions = read("questions.md");

/** Names of all keys that a schema allows, at any depth. */
function keysOf(schema: unknown): readonly string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return keysOf(schema.unwrap());
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return keysOf(schema.unwrap());
  if (schema instanceof z.ZodArray) return keysOf(schema.element);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(keysOf);
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
}

/** Keys of schemas that no code span of a page names. */
function unnamed(page: string, schemas: readonly unknown[], least: number): readonly string[] {
  const keys = [...new Set(schemas.flatMap(keysOf))];
  expect(keys.length).toBeGreaterThanOrEqual(least);
  const named = [...page.matchAll(/`[^`\n]+`/g)].join(" ");
  return keys.filter((key) => !new RegExp(`\\b${key}\\b`).test(named));
}

it("docs/config.md has the keys, defaults and meanings that the schemas declare", () => {
  expect(tablesOf(text)).toEqual(TABLE_NAMES);
  expect(withKeyTables(text), "run `npx tsx tests/config/write-generated.ts`").toBe(text);
});

it("docs/config.md names every key of an experiment, those of inner maps too", () => {
  expect(unnamed(text, [experimentSchema], 50)).toEqual([]);
});

it("docs/questions.md names every key of a question and of a capability, outside its examples", () => {
  const page = questions.replaceAll(/```[\s\S]*?```/g, "");
  expect(unnamed(page, [questionSchema, capabilitySchema], 24)).toEqual([]);
});

it("docs/questions.md shows a question and a capability that are in order", async () => {
  const folder = mkdtempSync(join(tmpdir(), "steering-window-docs-"));
  const examples = [...questions.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, example = ""]) => example);
  const kinds = examples.map(async (example, index) => {
    const path = join(folder, `${index}.yaml`);
    writeFileSync(path, example);
    return (await loadFile(path, { root, cwd: root })).kind;
  });
  expect(await Promise.all(kinds)).toEqual(["question", "capability"]);
});

it("docs/config.md gives the limits as they are", () => {
  const limits = text.slice(text.indexOf("## Limits"), text.indexOf("## What names a run"));
  const stated = [
    ...([
      "words",
      "depth",
      "keys",
      "nameLength",
      "textLength",
      "models",
      "questions",
      "capabilities",
    ] as const),
    ...(["methods", "tasks", "cases", "statements", "layers", "strengths", "draws", "cellSamples"] as const),
    ...(["windowSamples", "tokens", "rows", "processes"] as const),
    ...(["planVectors", "planCells", "planBlocks", "planSamples", "planTokens"] as const),
  ];
  for (const name of stated)
    expect(limits, name).toMatch(new RegExp(`\\b${LIMITS[name].toLocaleString("en")}\\b`));
  const { fileBytes, strength } = LIMITS;
  expect(limits).toContain(`${fileBytes / 2 ** 20} MiB`);
  expect(limits).toContain(`from ${strength.least} to ${strength.most.toExponential().replace("+", "")}`);
});

it("docs/config.md gives the ends of a search as they are", () => {
  const { from, to, unit } = DEFAULT_SEARCH;
  expect(text).toContain(`searched from ${from} to ${to}, unit \`${unit}\``);
});
