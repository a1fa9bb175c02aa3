import { rmSync } from "node:fs";
import { relative } from "node:path";
import type { Plan } from "../plan/plan.js";
import { TABLES } from "../store/columns.js";
import type { FileRecord } from "../store/durable.js";
import { requireRoom } from "../store/no-room.js";
import type { RunFolder } from "../store/run-folder.js";
import { sealTable } from "../store/seal.js";
import { type Logs, pieceState } from "./conduct.js";
import type { ManifestBook } from "./manifest-book.js";
import { committedPieces } from "./pieces.js";

/**
 * Seals the three tables in plan order, marks the run finished and removes the one it replaces.
 *
 * @throws NoRoom where the disk has no room for the tables beside the logs that they are made of.
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
  const sealed: Record<string, FileRecord> = {};
  for (const { table } of TABLES) {
    const staged = await sealTable(logs[table], pieces, folder[table]);
    staged.put();
    sealed[relative(folder.root, folder[table])] = staged.record;
  }
  book.update(({ files }) => ({
    status: "finished",
    files: { ...files, ...sealed },
    samples: logs.samples.rows,
    measurements: logs.measurements.rows,
  }));
  rmSync(folder.previous, { recursive: true, force: true });
}
