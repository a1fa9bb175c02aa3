import { join } from "node:path";
import { expect, test } from "vitest";
import { ManifestBook } from "../../src/run/manifest-book.js";
import { openRun } from "../../src/store/folder/read-run.js";
import { scoreColumns } from "../../src/store/tables/columns.js";
import { readScores } from "../../src/store/tables/read-table.js";
import { stageTable } from "../../src/store/tables/write-table.js";
import { scoreRows } from "../store/score-rows.js";
import { finishAgain, finishedRun, openedAgain } from "../store/stored-run.js";

test("scores that only the sealed table has stay in it when a finished run is sealed again", async () => {
  const { root, manifest, scores } = await finishedRun();
  const sealed = scoreRows(0, 10).map((row, i) => (i === 0 ? { ...row, value: 1, reason: null } : row));
  const rescored = scoreRows(0, 10).map((row) => ({ ...row, scorer_version: 2 }));
  const staged = await stageTable(scoreColumns, [...sealed, ...rescored], scores);
  new ManifestBook(manifest, openRun(root).manifest).put(scores, staged);
  const started = openedAgain(root);
  await finishAgain(started);
  for (const log of Object.values(started.logs)) log.close();
  const found = [...readScores(openRun(root).files, join(root, "scores.arrow"))];
  expect(found.filter(({ scorer_version }) => scorer_version === 1)).toEqual([
    ...sealed,
    ...scoreRows(10, 1),
  ]);
  expect(found.filter(({ scorer_version }) => scorer_version === 2)).toEqual(rescored);
});
