import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

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
  const fd = openSync(temporary, "w", 0o644);
  try {
    write(fd);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, path);
  syncFolder(dirname(path));
}
