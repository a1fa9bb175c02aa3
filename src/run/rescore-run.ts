import { availableParallelism } from "node:os";
import { loadResolved } from "../config/resolved-yaml.js";
import { UserError } from "../config/user-error.js";
import { openPythonSandbox, SANDBOX_DEFAULTS } from "../scoring/sandbox/python-sandbox.js";
import { scoreColumns } from "../store/columns.js";
import { checkConfig } from "../store/folder/check-run.js";
import { mendTables } from "../store/folder/mend-tables.js";
import { openRun } from "../store/folder/read-run.js";
import { lockFolder } from "../store/lock.js";
import { readSamples, readScores } from "../store/read-table.js";
import type { SampleRow, ScoreRow } from "../store/rows.js";
import { stageTable } from "../store/write-table.js";
import { ManifestBook } from "./manifest-book.js";
import { mergeScores, scoreKey } from "./merge-scores.js";
import { pieceScorer } from "./score-piece.js";

/** Samples scored between two words of progress. */
const CHUNK = 2_000;

/**
 * Scores a finished run's samples with the scorers of this version. Scores are keyed by (sample, scorer, version): those
 * of other versions stay, so that an earlier report can be made again.
 */
export async function rescoreRun(
  root: string,
  stderr: NodeJS.WriteStream,
): Promise<{ readonly scored: number; readonly changed: number }> {
  if (openRun(root).manifest.status !== "finished") {
    throw new UserError(
      `${root} is not finished; go on with it by the command that started it, then rescore`,
    );
  }
  const lock = lockFolder(root);
  try {
    return await rescoreLocked(root, stderr);
  } finally {
    lock.release();
  }
}

async function rescoreLocked(root: string, stderr: NodeJS.WriteStream) {
  const sandbox = await openPythonSandbox({ ...SANDBOX_DEFAULTS, workers: availableParallelism() });
  try {
    const run = openRun(root);
    const { folder, manifest, files } = run;
    checkConfig(run);
    await mendTables(run, (text) => stderr.write(`${text}\n`));
    const score = pieceScorer(await loadResolved(folder.config), sandbox);
    const samples = readSamples(files, folder.samples);
    const before = readScores(files, folder.scores);
    const fresh: ScoreRow[] = [];
    for (let first = 0; first < samples.length; first += CHUNK) {
      const scored = await score(samples.slice(first, first + CHUNK) satisfies SampleRow[]);
      for (const row of scored) fresh.push(row);
      stderr.write(`scored ${Math.min(first + CHUNK, samples.length)} of ${samples.length} samples\n`);
    }
    const known = new Map(before.map((row) => [scoreKey(row), row]));
    const changed = fresh.filter((row) => !sameScore(known.get(scoreKey(row)), row)).length;
    const staged = await stageTable(scoreColumns, mergeScores(before, fresh), folder.scores);
    new ManifestBook(folder.manifest, manifest).put(folder.scores, staged);
    return { scored: fresh.length, changed };
  } finally {
    await sandbox.close();
  }
}

const sameScore = (a: ScoreRow | undefined, b: ScoreRow): boolean =>
  a !== undefined && a.value === b.value && a.label === b.label && a.reason === b.reason;
