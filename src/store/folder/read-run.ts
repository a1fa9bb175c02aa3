import { UserError } from "../../util/user-error.js";
import { earlierManifest, isEarlierManifest, type Manifest, readManifest } from "../manifest.js";
import { type RunFolder, runFolder } from "../run-folder.js";
import { StoreDamaged } from "../store-damaged.js";
import { isMarked } from "./marker.js";
import { partOfRun } from "./part-of-run.js";
import { type RunFiles, recordedFiles, settleReplacements } from "./recorded-files.js";
import { isBeingSetAside } from "./set-aside.js";

/** A run in its folder. */
export interface StoredRun {
  readonly folder: RunFolder;
  readonly manifest: Manifest;
  readonly files: RunFiles;
}

/**
 * Opens a run for reading.
 *
 * @throws UserError if the folder has no run that this version can read.
 * @throws StoreDamaged if its manifest is missing or changed.
 */
export function openRun(root: string): StoredRun {
  const folder = runFolder(root);
  if (isEarlierManifest(folder.manifest)) throw earlierRun(root);
  if (!isMarked(folder)) throw new UserError(`${root} holds no run; give the folder of a run`);
  if (isBeingSetAside(folder)) {
    throw new UserError(
      `${root} holds a run that --fresh was stopped in replacing; give the command that was stopped again, without --fresh or with it`,
    );
  }
  const manifest = readRun(folder);
  if (manifest === null) {
    throw new UserError(
      `${root} holds a run of which nothing is committed yet; go on with it by the command that started it`,
    );
  }
  return { folder, manifest, files: recordedFiles(root, manifest) };
}

/**
 * The manifest of a marked folder; null if a run was started in it and nothing is committed.
 *
 * @throws UserError if an earlier version wrote it.
 * @throws StoreDamaged if it has changed, or is missing although other parts of the run exist.
 */
export function readRun(folder: RunFolder): Manifest | null {
  if (isEarlierManifest(folder.manifest)) throw earlierRun(folder.root);
  const manifest = readManifest(folder.manifest);
  if (manifest !== null) return settleReplacements(folder.root, manifest);
  const part = partOfRun(folder);
  if (part === null) return null;
  throw new StoreDamaged(
    `${folder.manifest} is missing, but ${part} is there; restore it from a copy of the run, or start again with --fresh`,
  );
}

/** Names the commit too: versions before the first release are all 0.1.0. */
export function earlierRun(root: string): UserError {
  const tool = earlierManifest(runFolder(root).manifest)?.tool;
  const commit = tool?.git_commit ? `, commit ${tool.git_commit.slice(0, 12)}` : "";
  const writer =
    tool === undefined ? "the version that wrote it" : `the one that wrote it (${tool.version}${commit})`;
  return new UserError(
    `${root} holds a run of an earlier version of this program, whose files have no checksums; read it with ${writer}, run it again with --fresh, or choose another folder with --out`,
  );
}
