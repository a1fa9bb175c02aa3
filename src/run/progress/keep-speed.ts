import { openRun } from "../../store/folder/read-run.js";
import { tryLock } from "../../store/lock/lock.js";
import { ManifestBook } from "../manifest-book.js";
import type { Speed, SpeedRecord } from "./speed.js";

/** Writes into a run's manifest how fast its last start was, and returns it. */
export function keepSpeed(root: string, speed: Speed): SpeedRecord {
  const record = speed.record();
  const lock = tryLock(root);
  // Another command has started to use this folder since.
  if (lock === null) return record;
  try {
    const { folder, manifest } = openRun(root);
    new ManifestBook(folder.manifest, { ...manifest, speed: record });
  } finally {
    lock.release();
  }
  return record;
}
