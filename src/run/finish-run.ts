import { rmSync } from "node:fs";
import { relative } from "node:path";
import type { Plan } from "../plan/plan.js";
import type { StagedFile } from "../store/log/durable.js";
import { requireRoom } from "../store/log/no-room.js";
import type { RunFolder } from "../store/run-folder.js";
import { type ScoreRow, scoreColumns, TABLES } from "../store/tables/columns.js";
import { readScores } from "../store/tables/read-table.js";
import { sealTable } from "../store/tables/seal.js";
import { stageTable } from "../store/tables/write-table.js";
import type { Logs } from "./blocks/block-options.js";
import { pieceState } from "./blocks/piece-state.js";
import { committedPieces } from "./blocks/pieces.js";
import type { ManifestBook } from "./manifest-book.js";
import { keepRecords } from "./quarantine/quarantine-piece.js";
import { stillMissing } from "./quarantine/try-again.js";
import { countReused } from "./reuse/reused-runs.js";
import { changesScores, mergeScores } from "./scoring/merge-scores.js";

/**
 * Seals the three tables in plan order, marks the run finished and removes the one it replaces.
 *
 * @throws NoRoom if the disk has no room for the tables beside the logs from which they are made.
 */
export async function finishRun(
  plan: Plan,
  folder: RunFolder,
  logs: Logs,
  book: ManifestBook,
): Promise<void> {
  const state = pieceState({ logs, book });
  const pieces = plan.blocks.flatMap((block) => committedPieces(block, state)).map((piece) => piece.id);
  requireRoom(folder.samples, logs.samples.bytes + logs.measurements.bytes + logs.scores.bytes);
  const sealed: [name: string, staged: StagedFile][] = [];
  try {
    for (const { table } of TABLES) {
      const path = folder[table];
      const own = table === "scores" ? await stageScores(logs, pieces, path, book) : null;
      sealed.push([relative(folder.root, path), own ?? (await sealTable(logs[table], pieces, path))]);
    }
    putTables(sealed, book);
  } catch (cause) {
    for (const [, staged] of sealed) staged.discard();
    throw cause;
  }
  const { reused } = book.current;
  const quarantined = [...stillMissing(book.current.quarantined, logs)];
  book.update(({ files }) => ({
    status: "finished",
    files: { ...files, ...recordsOf(sealed) },
    quarantined,
    samples: logs.samples.rows,
    measurements: logs.measurements.rows,
    ...(reused === undefined ? {} : { reused: countReused(reused, pieces, logs.samples) }),
  }));
  keepRecords(folder, quarantined);
  rmSync(folder.previous, { recursive: true, force: true });
}

/** A run that was finished before is under way while its tables change one after the other; the manifest knows both. */
function putTables(sealed: readonly (readonly [string, StagedFile])[], book: ManifestBook): void {
  const { files } = book.current;
  const before = sealed.flatMap(([name]) =>
    files[name] === undefined ? [] : [[name, files[name]] as const],
  );
  if (before.length > 0) {
    book.update(() => ({
      status: "running",
      files: { ...files, ...recordsOf(sealed) },
      replacing: Object.fromEntries(before),
    }));
  }
  for (const [, staged] of sealed) staged.put();
}

const recordsOf = (sealed: readonly (readonly [string, StagedFile])[]) =>
  Object.fromEntries(sealed.map(([name, { record }]) => [name, record]));

/** What only the sealed table has, scored again or by another version, stays in it; null where there is no such thing. */
async function stageScores(
  { scores }: Logs,
  pieces: readonly string[],
  path: string,
  book: ManifestBook,
): Promise<StagedFile | null> {
  if (!book.check(path)) return null;
  const logged = {
    *[Symbol.iterator]() {
      for (const id of pieces) if (scores.has(id)) yield* scores.read(id) as ScoreRow[];
    },
  };
  const sealed = readScores(book, path);
  if (!(await changesScores(logged, sealed))) return null;
  return stageTable(scoreColumns, mergeScores(logged, sealed), path);
}
