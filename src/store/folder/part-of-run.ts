import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { holdsBlocks } from "../log/recover.js";
import { generatedPaths, type RunFolder } from "../run-folder.js";
import { TABLES } from "../tables/columns.js";

/** A part of a run that is written after its manifest; null if there is none. */
export function partOfRun(folder: RunFolder): string | null {
  for (const table of TABLES) {
    const log = join(folder.live, table.table);
    if (holdsBlocks(table, log)) return `${log}.arrows`;
  }
  const others = generatedPaths(folder).filter((path) => path !== folder.live && path !== folder.manifest);
  return others.find((path) => existsSync(path) && !isEmptyFolder(path)) ?? null;
}

const isEmptyFolder = (path: string): boolean =>
  statSync(path).isDirectory() && readdirSync(path).length === 0;
