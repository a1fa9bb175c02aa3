import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { isProcessAlive } from "../lock/process-start.js";
import { needingRoom } from "./no-room.js";

/** Size and content hash of a file, by which it is verified. */
export interface FileRecord {
  readonly bytes: number;
  readonly sha256: string;
}

/** A durable file beside the one that it will replace. */
export interface StagedFile {
  readonly record: FileRecord;
  /** Replaces the other file in one durable step. */
  put(): void;
  discard(): void;
}

/** Writes all bytes at `position`, however many writes it takes. */
export function writeFully(fd: number, bytes: Uint8Array, position: number): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(fd, bytes, written, bytes.length - written, position + written);
  }
}

/** Makes a folder's entries durable. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Writes a file's content to a temporary file beside it, which is removed on failure. */
export function stageFile(path: string, chunks: Iterable<Uint8Array>): StagedFile {
  const temporary = `${path}.${process.pid}.tmp`;
  const discard = () => rmSync(temporary, { force: true });
  const orDiscard = <T>(write: () => T): T => {
    try {
      return needingRoom(path, write);
    } catch (cause) {
      discard();
      throw cause;
    }
  };
  const put = () =>
    orDiscard(() => {
      renameSync(temporary, path);
      syncFolder(dirname(path));
    });
  return { record: orDiscard(() => writeTemporary(temporary, chunks)), put, discard };
}

function writeTemporary(path: string, chunks: Iterable<Uint8Array>): FileRecord {
  const hash = createHash("sha256");
  let bytes = 0;
  const fd = openSync(path, "w", 0o644);
  try {
    for (const chunk of chunks) {
      writeFully(fd, chunk, bytes);
      hash.update(chunk);
      bytes += chunk.length;
    }
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** Replaces a file in one step: temporary file, fsync, rename, fsync of the folder. */
export function replaceFile(path: string, content: string | Uint8Array): FileRecord {
  const staged = stageFile(path, [typeof content === "string" ? Buffer.from(content) : content]);
  staged.put();
  return staged.record;
}

/** The process that wrote a temporary file; null for any other file. */
export const writerOf = (name: string): number | null => {
  const pid = /\.(\d+)\.tmp$/.exec(name)?.[1];
  return pid === undefined ? null : Number(pid);
};

/** Removes the temporary files of killed writers from a folder; those of live processes stay. */
export function removeTemporaries(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = writerOf(name);
    if (pid !== null && (pid === process.pid || !isProcessAlive(pid, "")))
      rmSync(join(folder, name), { force: true });
  }
}
