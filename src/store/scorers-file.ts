import { z } from "zod";
import type { RunFiles } from "./folder/recorded-files.js";
import { readRecordedJson } from "./folder/recorded-json.js";

const StoredScorer = z.strictObject({
  name: z.string(),
  version: z.int(),
  asks: z.enum(["question", "task"]),
  outcome: z.strictObject({
    kind: z.enum(["rate", "mean", "class"]),
    curve: z.enum(["target", "loose_target", "intact", "capability", "own", "none"]),
    smaller_is_better: z.boolean(),
  }),
});

/** What a scorer of the user's own declared of itself. */
export type StoredScorer = Readonly<z.infer<typeof StoredScorer>>;

const ScorersFile = z.strictObject({ schema_version: z.literal(1), scorers: z.array(StoredScorer) });

/** What is stored of a scorer, without what it does. */
export const storedScorer = ({ name, version, asks, outcome }: StoredScorer): StoredScorer => ({
  name,
  version,
  asks,
  outcome,
});

/** Declarations as the text of their file. */
export function scorersText(scorers: readonly StoredScorer[]): string {
  return `${JSON.stringify({ schema_version: 1, scorers }, null, 1)}\n`;
}

/** The declarations of a run; empty where it has no scorer of the user's own. */
export function readScorers(files: RunFiles, path: string): readonly StoredScorer[] {
  return readRecordedJson(files, path, ScorersFile, "scorers")?.scorers ?? [];
}
