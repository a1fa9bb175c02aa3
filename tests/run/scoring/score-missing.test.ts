import { expect, test, vi } from "vitest";
import { loadResolved } from "../../../src/config/resolved-yaml.js";
import { ManifestBook } from "../../../src/run/manifest-book.js";
import { scoreMissing } from "../../../src/run/scoring/score-missing.js";
import { scorerSet } from "../../../src/scoring/scorer-set.js";
import { openRun } from "../../../src/store/folder/read-run.js";
import { type ScoreRow, scoreColumns } from "../../../src/store/tables/columns.js";
import { readScores } from "../../../src/store/tables/read-table.js";
import { stageTable } from "../../../src/store/tables/write-table.js";
import { run } from "../command.js";
import { problemRun } from "../problem-run.js";

test("a later start scores what the machine left unscored, and counts what is missing still", {
  timeout: 240_000,
}, async () => {
  const problem = problemRun();
  await problem.start("good");
  const whole = scoresOf(problem.folder);
  const tasks = whole.filter(({ scorer }) => scorer === "python");
  expect(tasks.length).toBeGreaterThan(3);
  expect(whole.filter(({ value }) => value === null)).toEqual([]);

  await loseScores(problem.folder, 3);
  expect(scoresOf(problem.folder).filter(({ value }) => value === null)).toHaveLength(3);
  const report = await run(["report", problem.folder]);
  expect(report.code, report.stderr).toBe(3);
  expect(report.stderr).toContain("Missing by the machine's fault: 3 scores;");
  const judge = async () => {
    throw new Error("memory is still short");
  };
  const said: string[] = [];
  const missing = await scoreMissing(
    problem.folder,
    await loadResolved(openRun(problem.folder).folder.config),
    {
      sandbox: async () => ({ judge, close: async () => {} }),
      scorers: async () => ({ ...scorerSet([]), close: async () => {} }),
    },
    (text) => said.push(text),
  );
  expect(missing).toBe(3);
  const left = scoresOf(problem.folder).filter(({ value }) => value === null);
  const reason = "the scorer failed: memory is still short";
  expect(left.map((row) => row.reason)).toEqual([reason, reason, reason]);
  expect(said.at(-1)).toBe(`3 scores are missing still (${reason}); the same command tries them again`);

  const close = vi.fn(async () => {});
  const unopened = scoreMissing(
    problem.folder,
    await loadResolved(openRun(problem.folder).folder.config),
    {
      sandbox: () => Promise.reject(new Error("the sandbox does not start")),
      scorers: async () => ({ ...scorerSet([]), close }),
    },
    () => {},
  );
  await expect(unopened).rejects.toThrow("the sandbox does not start");
  expect(close).toHaveBeenCalledOnce();

  expect(await problem.start("good")).toContain("3 scores are missing by the machine's fault");
  expect(scoresOf(problem.folder)).toEqual(whole);
  expect(await problem.start("good")).not.toContain("missing");
});

function scoresOf(root: string): readonly ScoreRow[] {
  const { files, folder } = openRun(root);
  return [...readScores(files, folder.scores)];
}

/** Makes the first scores of programs ones that the machine failed to give. */
async function loseScores(root: string, count: number): Promise<void> {
  const { folder, manifest } = openRun(root);
  let left = count;
  const rows = scoresOf(root).map((row) => {
    if (row.scorer !== "python" || left === 0) return row;
    left -= 1;
    return { ...row, value: null, label: null, reason: "the sandbox process was lost" };
  });
  const staged = await stageTable(scoreColumns, rows, folder.scores);
  new ManifestBook(folder.manifest, manifest).put(folder.scores, staged);
}
