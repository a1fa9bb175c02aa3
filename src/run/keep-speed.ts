import { readManifest } from "../store/manifest.js";
import { runFolder } from "../store/run-folder.js";
import { ManifestBook } from "./manifest-book.js";
import { type Speed, speedText } from "./speed.js";

/** Writes into a run's manifest how fast its last start was, and returns that as text. */
export function keepSpeed(root: string, speed: Speed): string {
  const { manifest } = runFolder(root);
  const before = readManifest(manifest);
  if (before === null) throw new Error(`${root} has no manifest`);
  const record = speed.record();
  new ManifestBook(manifest, before).update(() => ({ speed: record }));
  return speedText(record);
}
