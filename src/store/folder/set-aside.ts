import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { syncFolder } from "../log/durable.js";
import { generatedPaths, type RunFolder } from "../run-folder.js";
import { writeMarker } from "./marker.js";
import { partOfRun } from "./part-of-run.js";

/** Where a run lies that is on its way to `previous/`, entry by entry. */
const partOf = ({ previous }: RunFolder): string => `${previous}.part`;
/** Where an unfinished successor lies that is being removed, entry by entry. */
const discardedOf = ({ root }: RunFolder): string => join(root, "discarded");

/**
 * Moves what a run generated into `previous/`, where it stays until the run that takes its place is finished. What an
 * unfinished successor left is removed instead. Stopped at any point, `completeSetAside` goes on from there.
 */
export function setRunAside(folder: RunFolder): void {
  if (!existsSync(folder.manifest) && partOfRun(folder) === null) return;
  mkdirSync(existsSync(folder.previous) ? discardedOf(folder) : partOf(folder));
  syncFolder(folder.root);
  completeSetAside(folder);
}

/** True where a `--fresh` was stopped while it set a run aside, so that the run lies in two places. */
export const isBeingSetAside = (folder: RunFolder): boolean =>
  existsSync(partOf(folder)) || existsSync(discardedOf(folder));

/** Ends what a stopped `--fresh` began. */
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
