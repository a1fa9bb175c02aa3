import type { Experiment } from "../../config/experiment.js";
import type { Judge } from "../../scoring/sandbox/python-sandbox.js";
import { declaredScorers } from "../../scoring/scorer-set.js";
import { mendTables } from "../../store/folder/mend-tables.js";
import { openRun } from "../../store/folder/read-run.js";
import { readScorers } from "../../store/scorers-file.js";
import type { SampleRow, ScoreRow } from "../../store/tables/columns.js";
import { readSamples, readScores } from "../../store/tables/read-table.js";
import { closing } from "../../util/closing.js";
import type { OpenScorers } from "./open-scorers.js";
import { scoreAgain } from "./score-again.js";
import { pieceScorer } from "./score-piece.js";

/**
 * Retries scores that are missing through the machine's fault in a finished run, whose folder is locked. Returns how many
 * scores are still missing.
 */
export async function scoreMissing(
  root: string,
  experiment: Experiment,
  open: {
    readonly sandbox: () => Promise<Judge & { close(): Promise<void> }>;
    readonly scorers: () => Promise<OpenScorers>;
  },
  say: (text: string) => void,
): Promise<number> {
  const run = openRun(root);
  await mendTables(run, say);
  const versions = new Map(
    declaredScorers(experiment.scorers, readScorers(run.files, run.folder.scorers)).map(
      ({ name, version }) => [name, version],
    ),
  );
  /** Scores of earlier versions are left to `rescore`, which makes them all. */
  const isMissing = ({ value, scorer, scorer_version }: ScoreRow) =>
    value === null && versions.get(scorer) === scorer_version;
  const ids = new Set<string>();
  let missing = 0;
  for (const row of readScores(run.files, run.folder.scores)) {
    if (!isMissing(row)) continue;
    ids.add(row.sample_id);
    missing += 1;
  }
  if (missing === 0) return 0;
  say(`${missing} scores are missing by the machine's fault; retrying them`);
  return closing(await open.scorers(), async (scorers) =>
    closing(await open.sandbox(), async (sandbox) => {
      let left = 0;
      let reason: string | null = null;
      await scoreAgain({
        run,
        samples: ofIds(readSamples(run.files, run.folder.samples), ids),
        count: ids.size,
        score: pieceScorer(experiment, sandbox, scorers),
        onScore: (row) => {
          if (!isMissing(row)) return;
          left += 1;
          reason ??= row.reason;
        },
        say,
      });
      if (left > 0) say(`${left} scores are missing still (${reason}); the same command tries them again`);
      return left;
    }),
  );
}

function* ofIds(samples: Iterable<SampleRow>, ids: ReadonlySet<string>): Generator<SampleRow> {
  for (const sample of samples) if (ids.has(sample.sample_id)) yield sample;
}
