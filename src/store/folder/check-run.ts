import { join, relative } from "node:path";
import { commitPathOf, recover } from "../log/recover.js";
import type { Manifest } from "../manifest.js";
import type { RunFolder } from "../run-folder.js";
import { StoreDamaged } from "../store-damaged.js";
import { TABLES } from "../tables/columns.js";
import { checkVector, vectorPath } from "../vector-file.js";
import type { StoredRun } from "./read-run.js";
import { isWhole, recordedFiles } from "./recorded-files.js";

/**
 * Checks the files on which a start or a report builds, and changes nothing. Not included are the config, which every
 * start rewrites, and the sealed tables, which are checked when they are read.
 *
 * @throws StoreDamaged if a part that the manifest lists is missing or changed.
 */
export function checkRun(folder: RunFolder, manifest: Manifest): void {
  const files = recordedFiles(folder.root, manifest);
  const others = new Set([folder.config, ...TABLES.map(({ table }) => folder[table])]);
  for (const name of Object.keys(manifest.files)) {
    const path = join(folder.root, name);
    if (!others.has(path)) files.check(path);
  }
  for (const [id, { sha256 }] of Object.entries(manifest.vectors)) {
    checkVector(vectorPath(folder, id), sha256);
  }
  if (manifest.status === "finished") return;
  for (const table of TABLES) {
    const log = join(folder.live, table.table);
    if (recover(table, log) === null) {
      throw new StoreDamaged(
        `${commitPathOf(log)} is missing, but ${folder.manifest} says that the run was begun; restore it from a copy of the run, or start again with --fresh`,
      );
    }
  }
}

/** Whether the config in a run's folder is the one that the run wrote. */
export function isConfigWhole(folder: RunFolder, { files }: Pick<Manifest, "files">): boolean {
  const written = files[relative(folder.root, folder.config)];
  return written !== undefined && isWhole(folder.config, written);
}

/**
 * Checks that the config for a report is the one that the run wrote.
 *
 * @throws StoreDamaged
 */
export function checkConfig({ folder, files }: StoredRun): void {
  try {
    files.read(folder.config);
  } catch (cause) {
    if (!(cause instanceof StoreDamaged)) throw cause;
    throw new StoreDamaged(
      `${folder.config} is missing or was changed since the run wrote it; give the experiment command with its own file again, which rewrites it and takes changes of analysis settings`,
      { cause },
    );
  }
}
