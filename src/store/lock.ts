import { linkSync, mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../config/user-error.js";
import { needingRoom } from "./no-room.js";

const Owner = z.strictObject({ pid: z.number(), host: z.string(), started: z.string() });
type Owner = z.infer<typeof Owner>;

export interface Lock {
  release(): void;
}

/**
 * Makes this process the only writer of a run folder. A lock whose owner is dead is taken over.
 *
 * @throws UserError where another process writes to the folder.
 */
export function lockFolder(folder: string): Lock {
  const path = join(folder, "lock");
  const mine: Owner = { pid: process.pid, host: hostname(), started: startTime(process.pid) ?? "" };
  for (let attempt = 0; attempt < 50; attempt++) {
    if (takeLock(path, mine)) return { release: () => releaseLock(path, mine) };
    const owner = readOwner(path);
    if (owner !== null && isAlive(owner)) {
      throw new UserError(
        `${folder} is being written by process ${owner.pid} on ${owner.host}; wait for it, stop it, or choose another folder with --out`,
      );
    }
    breakStaleLock(path);
  }
  throw new UserError(
    `${path} cannot be taken: other processes keep taking it; start one run at a time on a folder`,
  );
}

/** Links a file that is already written, so that nobody ever sees a lock without its owner. */
function takeLock(path: string, mine: Owner): boolean {
  const temporary = `${path}.${process.pid}`;
  try {
    needingRoom(path, () => writeFileSync(temporary, JSON.stringify(mine)));
    linkSync(temporary, path);
    return true;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") return false;
    throw cause;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function readOwner(path: string): Owner | null {
  try {
    const parsed = Owner.safeParse(JSON.parse(readFileSync(path, "utf8")));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Only the holder of the breaking folder removes a stale lock, and looks again first. */
function breakStaleLock(path: string): void {
  const breaking = `${path}.breaking`;
  try {
    mkdirSync(breaking);
  } catch {
    pause(20);
    try {
      if (Date.now() - statSync(breaking).mtimeMs > 10_000) rmdirSync(breaking);
    } catch {
      // Another process was faster.
    }
    return;
  }
  try {
    const owner = readOwner(path);
    if (owner === null || !isAlive(owner)) rmSync(path, { force: true });
  } finally {
    rmdirSync(breaking);
  }
}

function releaseLock(path: string, mine: Owner): void {
  const owner = readOwner(path);
  if (owner?.pid === mine.pid && owner.started === mine.started) rmSync(path, { force: true });
}

/** A process on another host counts as alive: it cannot be asked. */
function isAlive(owner: Owner): boolean {
  if (owner.host !== hostname()) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (cause) {
    return cause instanceof Error && "code" in cause && cause.code === "EPERM";
  }
  return owner.started === "" || startTime(owner.pid) === owner.started;
}

/** Start time of a process in clock ticks since boot (Linux), which tells a reused pid; null where it cannot be read. */
function startTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
