import type { z } from "zod";
import { StoreDamaged } from "../store-damaged.js";
import type { RunFiles } from "./recorded-files.js";

/**
 * What a JSON file of a run holds; null where the run has none.
 * @throws StoreDamaged where it is missing or changed, or is not `what` by its schema.
 */
export function readRecordedJson<T>(
  files: RunFiles,
  path: string,
  schema: z.ZodType<T>,
  what: string,
): T | null {
  const bytes = files.read(path);
  if (bytes === null) return null;
  try {
    return schema.parse(JSON.parse(bytes.toString("utf8")));
  } catch (cause) {
    throw new StoreDamaged(`${path} cannot be read as ${what} of this version; restore it from a copy`, {
      cause,
    });
  }
}
