import type { z } from "zod";
import { StoreDamaged } from "../store-damaged.js";
import type { RunFiles } from "./recorded-files.js";

/**
 * The value in a JSON file of a run; null if the run has no such file.
 * @throws StoreDamaged if it is missing or changed, or does not match the schema of `what`.
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
