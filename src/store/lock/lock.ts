import {
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../../util/user-error.js";
import { needingRoom } from "../log/no-room.js";
import { soleBreaker } from "./lock-breaker.js";
import { isProcessAlive, processStart } from "./process-start.js";

const Owner = z.strictObject({ pid: z.number(), host: z.string(), started: z.string() });
type Owner = z.infer<typeof Owner>;

interface Lock {
  release(): void;
}

/**
 * Makes this process the only writer of a run folder. A lock whose owner is dead is taken over.
 *
 * @throws UserError if another process writes to the folder, or may do so.
 */
export function lockFolder(folder: string): Lock {
  const lock = takeOver(folder);
  if ("release" in lock) return lock;
  throw new UserError(lock.refusal);
}

/** Like `lockFolder`, but null if it would refuse. */
export function tryLock(folder: string): Lock | null {
  const lock = takeOver(folder);
  return "release" in lock ? lock : null;
}

function takeOver(folder: string): Lock | { readonly refusal: string } {
  const path = join(folder, "lock");
  const mine: Owner = { pid: process.pid, host: hostname(), started: processStart(process.pid) ?? "" };
  for (let attempt = 0; attempt < 50; attempt++) {
    if (takeLock(path, mine)) return { release: () => releaseLock(path, mine) };
    const found = readLock(path);
    if (found === "gone") continue;
    const refusal = refusalOf(folder, path, found);
    if (refusal !== null) return { refusal };
    breakStaleLock(path);
  }
  return {
    refusal: `${path} cannot be taken: other processes keep taking it; start one run at a time on a folder`,
  };
}

/** Links a file that is already written, so that a lock is never visible without its owner. */
function takeLock(path: string, mine: Owner): boolean {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    // A file left by a killed process with this pid may be the lock itself under another name.
    rmSync(temporary, { force: true });
    needingRoom(path, () => writeSynced(temporary, JSON.stringify(mine)));
    linkSync(temporary, path);
    return true;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") return false;
    throw cause;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function writeSynced(path: string, text: string): void {
  const fd = openSync(path, "wx");
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

interface FoundLock {
  /** Null if the lock does not name its owner. */
  readonly owner: Owner | null;
  readonly since: Date;
}

function readLock(path: string): FoundLock | "gone" {
  const since = lstatSync(path, { throwIfNoEntry: false })?.mtime;
  if (since === undefined) return "gone";
  try {
    const parsed = Owner.safeParse(JSON.parse(readFileSync(path, "utf8")));
    return { owner: parsed.success ? parsed.data : null, since };
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return "gone";
    return { owner: null, since };
  }
}

/** Why a lock is not taken over; null if its owner is dead. */
function refusalOf(folder: string, path: string, { owner, since }: FoundLock): string | null {
  const remedy = `if no run is being written there, delete ${path} and give the command again`;
  if (owner === null) return `${folder} is locked, but ${path} is no lock that this program wrote; ${remedy}`;
  if (owner.host !== hostname()) {
    return `${folder} is locked by process ${owner.pid} on the host ${owner.host} since ${since.toISOString()}, which cannot be asked from ${hostname()}; ${remedy}`;
  }
  if (!isProcessAlive(owner.pid, owner.started)) return null;
  return `${folder} is being written by process ${owner.pid} on ${owner.host} since ${since.toISOString()}; wait for it, stop it, or choose another folder with --out`;
}

/** Only one process at a time removes a stale lock, after checking it again. */
function breakStaleLock(path: string): void {
  soleBreaker(path, () => {
    const found = readLock(path);
    if (found !== "gone" && found.owner !== null && isStale(found.owner)) rmSync(path, { force: true });
  });
}

const isStale = ({ host, pid, started }: Owner): boolean =>
  host === hostname() && !isProcessAlive(pid, started);

function releaseLock(path: string, mine: Owner): void {
  const found = readLock(path);
  if (found !== "gone" && found.owner?.pid === mine.pid && found.owner.started === mine.started)
    rmSync(path, { force: true });
}
