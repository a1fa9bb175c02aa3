import { rmSync } from "node:fs";
import type { Plan } from "../plan/plan.js";
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
  await sealTable(logs.samples, pieces, folder.samples);
  await sealTable(logs.measurements, pieces, folder.measurements);
  await sealTable(logs.scores, pieces, folder.scores);
  rmSync(folder.previous, { recursive: true, force: true });
  book.update(() => ({
    status: "finished",
    samples: logs.samples.rows,
    measurements: logs.measurements.rows,
  }));
}
