import type { StoredRun } from "../../store/folder/read-run.js";
import { type SampleRow, type ScoreRow, scoreColumns } from "../../store/tables/columns.js";
import { readScores } from "../../store/tables/read-table.js";
import { stageTable } from "../../store/tables/write-table.js";
import { ManifestBook } from "../manifest-book.js";
import { mergeScores } from "./merge-scores.js";

/** Samples scored between two reports of progress. */
const CHUNK = 2_000;

export interface ScoreAgainOptions {
  readonly run: StoredRun;
  /** In plan order, and how many they are. */
  readonly samples: Iterable<SampleRow>;
  readonly count: number;
  readonly score: (samples: readonly SampleRow[]) => Promise<readonly ScoreRow[]>;
  /** Called with each new score. */
  readonly onScore?: (row: ScoreRow) => void;
  readonly say: (text: string) => void;
}

/**
 * Scores samples of a finished run and puts the scores into its table, where one of the same sample, scorer and version
 * is replaced and all others stay; what is held at a time does not grow with the run. Returns how many scores there are,
 * and how many of them are not as they were.
 */
export async function scoreAgain(options: ScoreAgainOptions): Promise<{ scored: number; changed: number }> {
  const { folder, manifest, files } = options.run;
  let scored = 0;
  let changed = 0;
  const rows = mergeScores(readScores(files, folder.scores), freshScores(options), (row, isChanged) => {
    scored += 1;
    if (isChanged) changed += 1;
    options.onScore?.(row);
  });
  const staged = await stageTable(scoreColumns, rows, folder.scores);
  new ManifestBook(folder.manifest, manifest).put(folder.scores, staged);
  return { scored, changed };
}

async function* freshScores({ samples, count, score, say }: ScoreAgainOptions): AsyncGenerator<ScoreRow> {
  let done = 0;
  for (const chunk of chunksOf(samples)) {
    yield* await score(chunk);
    done += chunk.length;
    say(`scored ${done} of ${count} samples`);
  }
}

function* chunksOf(samples: Iterable<SampleRow>): Generator<readonly SampleRow[]> {
  let chunk: SampleRow[] = [];
  for (const sample of samples) {
    chunk.push(sample);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
