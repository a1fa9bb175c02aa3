import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { z } from "zod";
import { DEFAULT_SEARCH } from "../../src/config/defaults.js";
import { LIMITS } from "../../src/config/limits.js";
import { experimentSchema } from "../../src/config/schema/experiment-schema.js";

const text = readFileSync(fileURLToPath(new URL("../../docs/config.md", import.meta.url)), "utf8");

/** Names of all keys that a schema allows, at any depth. */
function keysOf(schema: unknown): readonly string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return keysOf(schema.unwrap());
  if (schema instanceof z.ZodArray) return keysOf(schema.element);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(keysOf);
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
}

it("docs/config.md names every key of an experiment", () => {
  const keys = [...new Set(keysOf(experimentSchema))];
  expect(keys.length).toBeGreaterThan(50);
  const named = [...text.matchAll(/`[^`]*`/g)].join(" ");
  expect(keys.filter((key) => !new RegExp(`\\b${key}\\b`).test(named))).toEqual([]);
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
