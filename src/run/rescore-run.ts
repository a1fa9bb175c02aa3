import { availableParallelism } from "node:os";
import { loadResolved } from "../config/resolved-yaml.js";
import { UserError } from "../config/user-error.js";
import { openPythonSandbox, SANDBOX_DEFAULTS } from "../scoring/sandbox/python-sandbox.js";
import { scoreColumns } from "../store/columns.js";
import { lockFolder } from "../store/lock.js";
import { readManifest } from "../store/manifest.js";
import { readSamples, readScores } from "../store/read-table.js";
import type { SampleRow, ScoreRow } from "../store/rows.js";
import { runFolder } from "../store/run-folder.js";
import { writeTable } from "../store/write-table.js";
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
  const folder = runFolder(root);
  if (readManifest(folder.manifest)?.status !== "finished") {
    throw new UserError(
      `${root} holds no finished run; give the folder of one, or finish it by the command that started it`,
    );
  }
  const lock = lockFolder(root);
  const sandbox = await openPythonSandbox({ ...SANDBOX_DEFAULTS, workers: availableParallelism() });
  try {
    const score = pieceScorer(await loadResolved(folder.config), sandbox);
    const samples = readSamples(folder.samples);
    const before = readScores(folder.scores);
    const fresh: ScoreRow[] = [];
    for (let first = 0; first < samples.length; first += CHUNK) {
      const scored = await score(samples.slice(first, first + CHUNK) satisfies SampleRow[]);
      for (const row of scored) fresh.push(row);
      stderr.write(`scored ${Math.min(first + CHUNK, samples.length)} of ${samples.length} samples\n`);
    }
    const known = new Map(before.map((row) => [scoreKey(row), row]));
    const changed = fresh.filter((row) => !sameScore(known.get(scoreKey(row)), row)).length;
    for (const row of fresh) known.set(scoreKey(row), row);
    const rows = [...known.values()].sort(
      (a, b) => a.plan_index - b.plan_index || (scoreKey(a) < scoreKey(b) ? -1 : 1),
    );
    await writeTable(scoreColumns, rows, folder.scores);
    return { scored: fresh.length, changed };
  } finally {
    await sandbox.close();
    lock.release();
  }
}

const scoreKey = (row: ScoreRow): string => `${row.sample_id} ${row.scorer} ${row.scorer_version}`;

const sameScore = (a: ScoreRow | undefined, b: ScoreRow): boolean =>
  a !== undefined && a.value === b.value && a.label === b.label && a.reason === b.reason;
