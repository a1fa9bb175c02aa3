import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type FileRecord, recordOfFile } from "../log/durable.js";
import type { Manifest } from "../manifest.js";
import { StoreDamaged } from "../store-damaged.js";

/** The files of a run that determine its results, protected by the checksums of its manifest. */
export interface RunFiles {
  /**
   * The content of a file of the run; null if the manifest lists no such file.
   * @throws StoreDamaged if it is missing or was changed.
   */
  read(path: string): Buffer | null;
  /**
   * Looks whether a file is what was written, piece by piece; false where the manifest names no such file.
   * @throws StoreDamaged where it is missing, or not what was written.
   */
  check(path: string): boolean;
}

/** A run under way, which maintains the checksums of what it writes. */
export interface WritableRunFiles extends RunFiles {
  replace(path: string, content: string): void;
}

/** The files that a manifest names. */
export function recordedFiles(root: string, { files }: Pick<Manifest, "files">): RunFiles {
  const check = (path: string): boolean => {
    const expected = files[relative(root, path)];
    if (expected !== undefined) requireWhole(path, expected);
    return expected !== undefined;
  };
  return { check, read: (path) => (check(path) ? readFileSync(path) : null) };
}

/**
 * A manifest without the replacements that were under way when its process ended. Each was either completed or not, as
 * the file itself shows.
 */
export function settleReplacements(root: string, manifest: Manifest): Manifest {
  const files = { ...manifest.files };
  for (const [name, before] of Object.entries(manifest.replacing)) {
    const path = join(root, name);
    const now = files[name];
    if (now !== undefined && isWhole(path, now)) continue;
    if (isWhole(path, before)) files[name] = before;
  }
  return { ...manifest, files, replacing: {} };
}

/** @throws StoreDamaged */
function requireWhole(path: string, expected: FileRecord): void {
  if (!existsSync(path)) throw new StoreDamaged(`${path} is missing, but the manifest names it; ${ADVICE}`);
  const { bytes, sha256 } = recordOfFile(path);
  if (bytes !== expected.bytes) {
    throw new StoreDamaged(`${path} has ${bytes} bytes, but ${expected.bytes} were written to it; ${ADVICE}`);
  }
  if (sha256 !== expected.sha256) {
    throw new StoreDamaged(
      `${path} was changed after the run wrote it: it fails the sha256 that the manifest has of it; ${ADVICE}`,
    );
  }
}

const ADVICE = "restore it from a copy of the run";

export function isWhole(path: string, expected: FileRecord): boolean {
  if (!existsSync(path)) return false;
  const { bytes, sha256 } = recordOfFile(path);
  return bytes === expected.bytes && sha256 === expected.sha256;
}
