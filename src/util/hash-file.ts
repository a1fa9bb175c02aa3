import type { Hash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";

const CHUNK = 1 << 20;

/** Adds a file's bytes to a hash, however many, and returns how many they are. */
export function hashFile(hash: Hash, path: string): number {
  const chunk = Buffer.alloc(CHUNK);
  const descriptor = openSync(path, "r");
  try {
    let bytes = 0;
    for (;;) {
      const length = readSync(descriptor, chunk, 0, CHUNK, bytes);
      if (length === 0) return bytes;
      hash.update(chunk.subarray(0, length));
      bytes += length;
    }
  } finally {
    closeSync(descriptor);
  }
}
