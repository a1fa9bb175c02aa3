import { open } from "node:fs/promises";
import { UserError } from "../util/user-error.js";

const CHUNK = 1 << 20;

/** A file that exists but is not usable text. */
export class UnfitText extends UserError {
  constructor(
    path: string,
    readonly fault: string,
    expected: string,
    options?: ErrorOptions,
  ) {
    super(`${path}: ${fault}, expected ${expected}`, options);
  }
}

/**
 * The text of a file of at most `limit` bytes; no more is read from a device or a pipe that never ends. Errors of the
 * operating system are thrown unchanged.
 *
 * @throws UnfitText if the file is larger, or not UTF-8.
 */
export async function readText(path: string, limit: number): Promise<string> {
  const file = await open(path, "r");
  const parts: Uint8Array[] = [];
  try {
    for (let size = 0; size <= limit; ) {
      const { bytesRead, buffer } = await file.read(new Uint8Array(CHUNK), 0, CHUNK, null);
      if (bytesRead === 0) return decode(Buffer.concat(parts), path);
      parts.push(buffer.subarray(0, bytesRead));
      size += bytesRead;
    }
  } finally {
    await file.close();
  }
  throw new UnfitText(path, `larger than ${Math.round(limit / 2 ** 20)} MiB`, "a smaller file");
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UnfitText(path, "not UTF-8", "a text in this encoding", { cause });
  }
}
