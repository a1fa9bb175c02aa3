import type { Experiment } from "../../config/experiment.js";
import type { Judge } from "../../scoring/sandbox/python-sandbox.js";
import { scorerSet } from "../../scoring/scorer-set.js";
import { mendTables } from "../../store/folder/mend-tables.js";
import { openRun } from "../../store/folder/read-run.js";
import type { ScoreRow } from "../../store/tables/columns.js";
import { readSamples, readScores } from "../../store/tables/read-table.js";
import { scoreAgain } from "./score-again.js";
import { pieceScorer } from "./score-piece.js";

/**
 * Retries scores that are missing through the machine's fault in a finished run, whose folder is locked. Returns how many
 * scores are still missing.
 */
export async function scoreMissing(
  root: string,
  experiment: Experiment,
  openSandbox: () => Promise<Judge & { close(): Promise<void> }>,
  say: (text: string) => void,
): Promise<number> {
  const run = openRun(root);
  await mendTables(run, say);
  const versions = new Map(scorerSet(experiment.scorers).all.map(({ name, version }) => [name, version]));
  /** Scores of earlier versions are left to `rescore`, which makes them all. */
  const missingIn = (rows: readonly ScoreRow[]): readonly ScoreRow[] =>
    rows.filter(
      ({ value, scorer, scorer_version }) => value === null && versions.get(scorer) === scorer_version,
    );
  const missing = missingIn(readScores(run.files, run.folder.scores));
  if (missing.length === 0) return 0;
  say(`${missing.length} scores are missing by the machine's fault; retrying them`);
  const ids = new Set(missing.map(({ sample_id }) => sample_id));
  const samples = readSamples(run.files, run.folder.samples).filter(({ sample_id }) => ids.has(sample_id));
  const sandbox = await openSandbox();
  try {
    const { fresh } = await scoreAgain(run, samples, pieceScorer(experiment, sandbox), say);
    const left = missingIn(fresh);
    if (left.length > 0)
      say(`${left.length} scores are missing still (${left[0]?.reason}); the same command tries them again`);
    return left.length;
  } finally {
    await sandbox.close();
  }
}
