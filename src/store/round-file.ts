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

/** The content of `rounds/NNNN.json`. */
type RoundFile = z.infer<typeof RoundFile>;

const pathOf = (folder: string, index: number): string =>
  join(folder, `${String(index).padStart(4, "0")}.json`);

/** The file is durable when this returns; nothing of a round is sent before. */
export function writeRound(
  files: WritableRunFiles,
  folder: string,
  round: Omit<RoundFile, "schema_version">,
): void {
  const file = RoundFile.parse({ schema_version: 1, ...round });
  files.replace(pathOf(folder, round.index), `${JSON.stringify(file)}\n`);
}

/** The number of recorded rounds. */
export function countRounds(folder: string): number {
  let count = 0;
  while (existsSync(pathOf(folder, count))) count += 1;
  return count;
}

/** The round of that number, or null if it has not been chosen yet. */
export function readRound(files: RunFiles, folder: string, index: number): RoundFile | null {
  return readRecordedJson(files, pathOf(folder, index), RoundFile, "a round");
}
