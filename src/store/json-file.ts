import { existsSync, readFileSync } from "node:fs";
import type { z } from "zod";
import { StoreDamaged } from "./store-damaged.js";

/**
 * What a JSON file of a run folder holds; null where there is none yet.
 * @throws StoreDamaged where it is not `what` by its schema.
 */
export function readJsonFile<T>(path: string, schema: z.ZodType<T>, what: string): T | null {
  if (!existsSync(path)) return null;
  try {
    return schema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    throw new StoreDamaged(`${path} cannot be read as ${what} of this version; restore it from a copy`, {
      cause,
    });
  }
}
