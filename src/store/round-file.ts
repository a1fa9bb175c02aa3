import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { RunFiles, WritableRunFiles } from "./folder/recorded-files.js";
import { readRecordedJson } from "./folder/recorded-json.js";

const vector = {
  model: z.string(),
  method: z.string(),
  question: z.string(),
  layer: z.int(),
  draw: z.int(),
};

const RoundFile = z.strictObject({
  schema_version: z.literal(1),
  index: z.int(),
  stage: z.enum(["forecast", "screening", "told", "windows"]),
  step: z.int(),
  vectors: z.array(z.strictObject(vector)),
  cells: z.array(
    z.strictObject({
      ...vector,
      strength: z.number(),
      question_samples: z.int(),
      task_samples: z.int(),
    }),
  ),
});

/** A round as `rounds/NNNN.json` holds it. */
export type RoundFile = z.infer<typeof RoundFile>;

const pathOf = (folder: string, index: number): string =>
  join(folder, `${String(index).padStart(4, "0")}.json`);

/** Durable when it returns: nothing of a round is sent before. */
export function writeRound(
  files: WritableRunFiles,
  folder: string,
  round: Omit<RoundFile, "schema_version">,
): void {
  const file = RoundFile.parse({ schema_version: 1, ...round });
  files.replace(pathOf(folder, round.index), `${JSON.stringify(file)}\n`);
}

/** How many rounds are written down. */
export function countRounds(folder: string): number {
  let count = 0;
  while (existsSync(pathOf(folder, count))) count += 1;
  return count;
}

/** The round of that number, or null where it was not chosen yet. */
export function readRound(files: RunFiles, folder: string, index: number): RoundFile | null {
  return readRecordedJson(files, pathOf(folder, index), RoundFile, "a round");
}
