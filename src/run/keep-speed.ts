import { readManifest } from "../store/manifest.js";
import { runFolder } from "../store/run-folder.js";
import { ManifestBook } from "./manifest-book.js";
import type { Speed, SpeedRecord } from "./speed.js";

/** Writes into a run's manifest how fast its last start was, and returns it. */
export function keepSpeed(root: string, speed: Speed): SpeedRecord {
  const { manifest } = runFolder(root);
  const before = readManifest(manifest);
  if (before === null) throw new Error(`${root} has no manifest`);
  const record = speed.record();
  new ManifestBook(manifest, before).update(() => ({ speed: record }));
  return record;
}
