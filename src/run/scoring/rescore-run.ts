import { availableParallelism } from "node:os";
import { loadResolved } from "../../config/resolved-yaml.js";
import { openPythonSandbox, SANDBOX_DEFAULTS } from "../../scoring/sandbox/python-sandbox.js";
import { checkConfig } from "../../store/folder/check-run.js";
import { mendTables } from "../../store/folder/mend-tables.js";
import { openRun } from "../../store/folder/read-run.js";
import { lockFolder } from "../../store/lock/lock.js";
import { readSamples } from "../../store/tables/read-table.js";
import { sayOn } from "../../text/say-on.js";
import { closing } from "../../util/closing.js";
import { UserError } from "../../util/user-error.js";
import { openScorers } from "./open-scorers.js";
import { scoreAgain } from "./score-again.js";
import { pieceScorer } from "./score-piece.js";

/**
 * Scores a finished run's samples with the scorers of this version. Scores are keyed by (sample, scorer, version): those
 * of other versions stay, so that an earlier report can be made again.
 *
 * @param checkout in whose Python environment the user's own scorers run.
 */
export async function rescoreRun(
  root: string,
  stderr: NodeJS.WriteStream,
  checkout: string,
): Promise<{ readonly scored: number; readonly changed: number }> {
  if (openRun(root).manifest.status !== "finished") {
    throw new UserError(
      `${root} is not finished; go on with it by the command that started it, then rescore`,
    );
  }
  const lock = lockFolder(root);
  try {
    return await rescoreLocked(root, stderr, checkout);
  } finally {
    lock.release();
  }
}

async function rescoreLocked(root: string, stderr: NodeJS.WriteStream, checkout: string) {
  const options = { ...SANDBOX_DEFAULTS, workers: availableParallelism() };
  return closing(await openPythonSandbox(options), async (sandbox) => {
    const say = sayOn(stderr);
    const run = openRun(root);
    const { folder, files } = run;
    checkConfig(run);
    await mendTables(run, say);
    const experiment = await loadResolved(folder.config);
    return closing(await openScorers(experiment, checkout), async (scorers) => {
      const score = pieceScorer(experiment, sandbox, scorers);
      const samples = readSamples(files, folder.samples);
      return scoreAgain({ run, samples, count: run.manifest.samples, score, say });
    });
  });
}
