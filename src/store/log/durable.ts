import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { hashFile } from "../../util/hash-file.js";
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
  const writer = new StagedWriter(path);
  try {
    return needingRoom(path, () => {
      for (const chunk of chunks) writer.write(chunk);
      return writer.finish();
    });
  } catch (cause) {
    writer.discard();
    throw cause;
  }
}

/** A temporary file beside the one that it is to replace, written piece by piece; to be finished or discarded. */
export class StagedWriter {
  readonly #path: string;
  readonly #temporary: string;
  readonly #descriptor: number;
  readonly #hash = createHash("sha256");
  #bytes = 0;
  #open = true;

  constructor(path: string) {
    this.#path = path;
    this.#temporary = `${path}.${process.pid}.tmp`;
    this.#descriptor = needingRoom(path, () => openSync(this.#temporary, "w", 0o644));
  }

  write(chunk: Uint8Array): void {
    needingRoom(this.#path, () => writeFully(this.#descriptor, chunk, this.#bytes));
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
  }

  /** The file as it is now, durable. */
  finish(): StagedFile {
    needingRoom(this.#path, () => fsyncSync(this.#descriptor));
    this.#close();
    return {
      record: { bytes: this.#bytes, sha256: this.#hash.digest("hex") },
      put: () => this.#put(),
      discard: () => this.discard(),
    };
  }

  discard(): void {
    this.#close();
    rmSync(this.#temporary, { force: true });
  }

  #put(): void {
    try {
      needingRoom(this.#path, () => {
        renameSync(this.#temporary, this.#path);
        syncFolder(dirname(this.#path));
      });
    } catch (cause) {
      this.discard();
      throw cause;
    }
  }

  #close(): void {
    if (this.#open) closeSync(this.#descriptor);
    this.#open = false;
  }
}

/** What a file holds now, read piece by piece. */
export function recordOfFile(path: string): FileRecord {
  const hash = createHash("sha256");
  const bytes = hashFile(hash, path);
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
