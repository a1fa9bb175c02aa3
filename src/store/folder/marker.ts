import { existsSync } from "node:fs";
import { basename } from "node:path";
import { replaceFile, syncFolder, writerOf } from "../log/durable.js";
import { readManifest } from "../manifest.js";
import { type RunFolder, runFolder } from "../run-folder.js";
import { StoreDamaged } from "../store-damaged.js";

const TEXT = `Steering Window keeps a run in this folder.
docs/results-format.md says what is in it. Without this file and manifest.json it is not taken for a run.
`;

export const hasMarker = (root: string): boolean => existsSync(runFolder(root).marker);

/** True for a folder that this program made: it has the marker, or a manifest with a valid checksum. */
export function isMarked({ root, manifest }: RunFolder): boolean {
  if (hasMarker(root)) return true;
  try {
    return readManifest(manifest) !== null;
  } catch (cause) {
    if (cause instanceof StoreDamaged) return false;
    throw cause;
  }
}

/** Marks a folder as a run's, durably. */
export function writeMarker(root: string): void {
  replaceFile(runFolder(root).marker, TEXT);
  syncFolder(root);
}

/** True for a file that a start leaves if it is killed while it marks a folder. */
export const isUnfinishedMarker = (name: string): boolean =>
  name.startsWith(basename(runFolder("").marker)) && writerOf(name) !== null;
