import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { needingRoom } from "./no-room.js";

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

/** Replaces a file in one step: temporary file, fsync, rename, fsync of the folder. */
export function replaceFile(path: string, content: string | Uint8Array): void {
  replaceFileWith(path, (fd) => {
    writeFully(fd, typeof content === "string" ? Buffer.from(content) : content, 0);
  });
}

/** As `replaceFile`, with the content written by the caller to the temporary file's descriptor. */
export function replaceFileWith(path: string, write: (fd: number) => void): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    needingRoom(path, () => {
      writeTemporary(temporary, write);
      renameSync(temporary, path);
      syncFolder(dirname(path));
    });
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw cause;
  }
}

function writeTemporary(path: string, write: (fd: number) => void): void {
  const fd = openSync(path, "w", 0o644);
  try {
    write(fd);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Removes the temporary files that writers left in a folder when they were killed; those of live processes stay. */
export function removeTemporaries(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /\.(\d+)\.tmp$/.exec(name)?.[1];
    if (pid !== undefined && !isAnotherProcess(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

function isAnotherProcess(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return cause instanceof Error && "code" in cause && cause.code === "EPERM";
  }
}
