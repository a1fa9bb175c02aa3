import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { NO_ROOM_CAUSES } from "../../util/no-room-causes.js";
import { UserError } from "../../util/user-error.js";

/** There was no room for a file. What was committed before is intact. */
class NoRoom extends UserError {
  constructor(path: string, why: string, free: number, options?: ErrorOptions) {
    super(
      `${path} could not be written: ${why}, ${bytesText(free)} are free; make room and run the same command: it goes on from what was committed`,
      options,
    );
  }
}

/** Calls a function that writes to a file; if there is no room, throws NoRoom instead of the system's error. */
export function needingRoom<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (cause) {
    const why = Object.entries(NO_ROOM_CAUSES).find(
      ([code]) => cause instanceof Error && "code" in cause && cause.code === code,
    )?.[1];
    if (why === undefined) throw cause;
    throw new NoRoom(path, why, freeBytes(dirname(path)), { cause });
  }
}

/**
 * Checks for room before much is written.
 *
 * @param free returns the free bytes on the disk of a folder.
 * @throws NoRoom if the disk of `path` has less than `bytes` free.
 */
export function requireRoom(path: string, bytes: number, free = freeBytes): void {
  const left = free(dirname(path));
  if (left < bytes) throw new NoRoom(path, `it and what is written with it need ${bytesText(bytes)}`, left);
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** 1,234 bytes; 12.3 kB; 4.56 GB. */
function bytesText(bytes: number): string {
  const unit = bytes < 1e4 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const shown = bytes / 10 ** (3 * unit);
  return `${unit === 0 ? bytes.toLocaleString("en") : shown.toPrecision(3)} ${UNITS[unit]}`;
}

const UNITS = ["bytes", "kB", "MB", "GB", "TB"] as const;
