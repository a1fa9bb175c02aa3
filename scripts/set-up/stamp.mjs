import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Hash of files (folders are read recursively) and of strings that the step depends on. */
export function inputHash(root, paths, strings = []) {
  const hash = createHash("sha256");
  for (const path of paths) {
    for (const file of filesUnder(root, path))
      hash
        .update(file)
        .update("\0")
        .update(readFileSync(join(root, file)));
  }
  for (const string of strings) hash.update("\0").update(string);
  return hash.digest("hex");
}

/** Runs a step unless it was done with the same inputs and what it made is still there. */
export async function stamped({ root, name, hash, made, log, title }, step) {
  if (made() && isStamped(root, name, hash)) return;
  const stamp = stampPath(root, name);
  rmSync(stamp, { force: true });
  const start = performance.now();
  log(`set-up: ${title} ...`);
  await step();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
  log(`set-up: ${title} took ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

/** Whether the step was done with these inputs. */
export function isStamped(root, name, hash) {
  return readOrNull(stampPath(root, name)) === hash;
}

const stampPath = (root, name) => join(root, ".setup", `${name}.stamp`);

function filesUnder(root, path) {
  const entries = readdirOrNull(join(root, path));
  if (entries === null) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
    .sort();
}

function readdirOrNull(path) {
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true });
  } catch (cause) {
    if (cause.code === "ENOTDIR") return null;
    throw cause;
  }
}

function readOrNull(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
