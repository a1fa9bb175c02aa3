import { existsSync, lstatSync, readdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "../../util/make-folder.js";
import { UserError } from "../../util/user-error.js";
import { syncFolder } from "../log/durable.js";
import { isEarlierManifest } from "../manifest.js";
import { type RunFolder, runFolder } from "../run-folder.js";
import { hasMarker, isMarked, isUnfinishedMarker, writeMarker } from "./marker.js";
import { earlierRun } from "./read-run.js";

const ADVICE = "choose another folder with --out";

/**
 * Marks a new or empty folder as a run's, or verifies that it is one. Any other folder is left unchanged.
 *
 * @param fresh a run of an earlier version may be replaced.
 * @throws UserError if the folder does not belong to a run.
 */
export function claimFolder(root: string, { fresh }: { readonly fresh: boolean }): RunFolder {
  const folder = runFolder(root);
  if (!existsSync(root)) makeRoot(root);
  if (!statSync(root).isDirectory())
    throw new UserError(`${root} is a file, where a run needs a folder; ${ADVICE}`);
  const others = readdirSync(root).filter((name) => !isUnfinishedMarker(name));
  if (hasMarker(root)) return folder;
  if (others.length > 0 && !isMarked(folder)) {
    if (!isEarlierManifest(folder.manifest)) {
      throw new UserError(
        `${root} is not empty and holds no run of this program (it has ${others.toSorted().slice(0, 3).join(", ")}); ${ADVICE}`,
      );
    }
    if (!fresh) throw earlierRun(root);
  }
  writeMarker(root);
  return folder;
}

function makeRoot(root: string): void {
  if (lstatSync(root, { throwIfNoEntry: false })?.isSymbolicLink())
    throw new UserError(`${root} is a link to something that does not exist; ${ADVICE}`);
  makeFolder(root);
  syncFolder(dirname(root));
}
