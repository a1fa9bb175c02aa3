import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../../store/log/durable.js";
import type { QuarantinedPiece } from "../../store/quarantine.js";
import type { RunFolder } from "../../store/run-folder.js";
import type { WorkerFailure } from "../../worker/wire/messages.js";
import type { Piece } from "../blocks/pieces.js";
import type { ManifestBook } from "../manifest-book.js";

/** An error that recurs at every attempt is the samples' fault; any other may not occur another time. */
const faultOf = ({ retry }: Pick<WorkerFailure, "retry">): QuarantinedPiece["fault"] =>
  retry === "same" || retry === "sample_failed" ? "sample" : "machine";

/**
 * Records durably that a piece could not be done in this start, replacing what an earlier start recorded of it.
 *
 * @param rounds number of rounds of a search that have been chosen so far.
 */
export function quarantinePiece(
  piece: Piece,
  ids: readonly string[],
  failure: WorkerFailure,
  rounds: number,
  { folder, book }: { readonly folder: RunFolder; readonly book: ManifestBook },
): void {
  const record: QuarantinedPiece = {
    block: piece.id,
    of: piece.kind === "generate" ? "samples" : "measurements",
    ids: [...ids],
    fault: faultOf(failure),
    code: failure.code,
    reason: failure.message,
    start: book.current.starts.length - 1,
    rounds,
  };
  writeRecord(folder, record);
  book.update(({ quarantined }) => ({
    quarantined: [...quarantined.filter(({ block }) => block !== piece.id), record],
  }));
}

/** Makes the folder `quarantine/` agree with the manifest, wherever an earlier start was killed. */
export function keepRecords(folder: RunFolder, pieces: readonly QuarantinedPiece[]): void {
  const named = new Set(pieces.map(({ block }) => fileOf(block)));
  const present = new Set(readdirSync(folder.quarantine).filter((name) => name.endsWith(".json")));
  for (const name of present) if (!named.has(name)) rmSync(join(folder.quarantine, name));
  for (const piece of pieces) if (!present.has(fileOf(piece.block))) writeRecord(folder, piece);
}

const fileOf = (block: string): string => `${block}.json`;

function writeRecord(folder: RunFolder, piece: QuarantinedPiece): void {
  replaceFile(join(folder.quarantine, fileOf(piece.block)), `${JSON.stringify(piece, null, 2)}\n`);
}
