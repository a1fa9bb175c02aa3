import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { syncFolder } from "../log/durable.js";
import { generatedPaths, type RunFolder } from "../run-folder.js";
import { writeMarker } from "./marker.js";
import { partOfRun } from "./part-of-run.js";

/** Holds a run while it is moved to `previous/`, entry by entry. */
const partOf = ({ previous }: RunFolder): string => `${previous}.part`;
/** Holds an unfinished successor while it is removed, entry by entry. */
const discardedOf = ({ root }: RunFolder): string => join(root, "discarded");

/**
 * Moves what a run generated into `previous/`, where it stays until the run that replaces it is finished. What an
 * unfinished successor left is removed instead. If this is stopped at any point, `completeSetAside` continues from there.
 */
export function setRunAside(folder: RunFolder): void {
  if (!existsSync(folder.manifest) && partOfRun(folder) === null) return;
  mkdirSync(existsSync(folder.previous) ? discardedOf(folder) : partOf(folder));
  syncFolder(folder.root);
  completeSetAside(folder);
}

/** True if a `--fresh` was stopped while it set a run aside, so that the run is in two places. */
export const isBeingSetAside = (folder: RunFolder): boolean =>
  existsSync(partOf(folder)) || existsSync(discardedOf(folder));

/** Completes a `--fresh` that was stopped while it set a run aside. */
export function completeSetAside(folder: RunFolder): void {
  const [part, discarded] = [partOf(folder), discardedOf(folder)];
  if (existsSync(part)) {
    moveInto(part, folder);
    writeMarker(part);
    renameSync(part, folder.previous);
    syncFolder(folder.root);
  }
  if (existsSync(discarded)) {
    moveInto(discarded, folder);
    rmSync(discarded, { recursive: true });
  }
}

function moveInto(target: string, folder: RunFolder): void {
  for (const path of generatedPaths(folder))
    if (existsSync(path)) renameSync(path, join(target, basename(path)));
  syncFolder(target);
  syncFolder(folder.root);
}
