import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { FileRecord } from "../log/durable.js";
import type { Manifest } from "../manifest.js";
import { StoreDamaged } from "../store-damaged.js";

/** The files of a run that determine its results, protected by the checksums of its manifest. */
export interface RunFiles {
  /**
   * The content of a file of the run; null if the manifest lists no such file.
   * @throws StoreDamaged if it is missing or was changed.
   */
  read(path: string): Buffer | null;
}

/** A run under way, which maintains the checksums of what it writes. */
export interface WritableRunFiles extends RunFiles {
  replace(path: string, content: string): void;
}

/** The files that a manifest names. */
export function recordedFiles(root: string, { files }: Pick<Manifest, "files">): RunFiles {
  return {
    read(path) {
      const expected = files[relative(root, path)];
      return expected === undefined ? null : wholeFile(path, expected);
    },
  };
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
function wholeFile(path: string, expected: FileRecord): Buffer {
  if (!existsSync(path)) throw new StoreDamaged(`${path} is missing, but the manifest names it; ${ADVICE}`);
  const bytes = readFileSync(path);
  if (bytes.length !== expected.bytes) {
    throw new StoreDamaged(
      `${path} has ${bytes.length} bytes, but ${expected.bytes} were written to it; ${ADVICE}`,
    );
  }
  if (sha256(bytes) !== expected.sha256) {
    throw new StoreDamaged(
      `${path} was changed after the run wrote it: it fails the sha256 that the manifest has of it; ${ADVICE}`,
    );
  }
  return bytes;
}

const ADVICE = "restore it from a copy of the run";

export function isWhole(path: string, expected: FileRecord): boolean {
  if (!existsSync(path)) return false;
  const bytes = readFileSync(path);
  return bytes.length === expected.bytes && sha256(bytes) === expected.sha256;
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
