import type { StoredRun } from "../../store/folder/read-run.js";
import { type SampleRow, type ScoreRow, scoreColumns } from "../../store/tables/columns.js";
import { readScores } from "../../store/tables/read-table.js";
import { stageTable } from "../../store/tables/write-table.js";
import { ManifestBook } from "../manifest-book.js";
import { changedScores, mergeScores } from "./merge-scores.js";

/** Samples scored between two reports of progress. */
const CHUNK = 2_000;

/**
 * Scores samples of a finished run and merges the scores into its table: a score of the same sample, scorer and version is
 * replaced, and all others stay. Returns the new scores, and how many of them have changed.
 */
export async function scoreAgain(
  { folder, manifest, files }: StoredRun,
  samples: readonly SampleRow[],
  score: (samples: readonly SampleRow[]) => Promise<readonly ScoreRow[]>,
  say: (text: string) => void,
): Promise<{ readonly fresh: readonly ScoreRow[]; readonly changed: number }> {
  const before = readScores(files, folder.scores);
  const fresh: ScoreRow[] = [];
  for (let first = 0; first < samples.length; first += CHUNK) {
    const scored = await score(samples.slice(first, first + CHUNK));
    for (const row of scored) fresh.push(row);
    say(`scored ${Math.min(first + CHUNK, samples.length)} of ${samples.length} samples`);
  }
  const staged = await stageTable(scoreColumns, mergeScores(before, fresh), folder.scores);
  new ManifestBook(folder.manifest, manifest).put(folder.scores, staged);
  return { fresh, changed: changedScores(before, fresh).length };
}
