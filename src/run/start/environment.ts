import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import type { Manifest } from "../../store/manifest.js";
import type { HelloInfo } from "../../worker/wire/messages.js";

const LOCKFILES = ["package-lock.json", "requirements.txt", "constraints.txt"];

/** Version of the tool, and the commit and uncommitted changes it runs from, where it runs from a checkout. */
export function toolVersion(root: string): Manifest["tool"] {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const commit = git(root, ["rev-parse", "HEAD"]);
  const diff = commit === null ? null : git(root, ["diff", "HEAD"]);
  return {
    version,
    git_commit: commit?.trim() ?? null,
    git_dirty_sha256: diff ? createHash("sha256").update(diff).digest("hex") : null,
  };
}

export function lockfileHashes(root: string): Record<string, string> {
  return Object.fromEntries(
    LOCKFILES.filter((file) => existsSync(join(root, file))).map((file) => [
      file,
      createHash("sha256")
        .update(readFileSync(join(root, file)))
        .digest("hex"),
    ]),
  );
}

/** @param workerCommand what was started in place of the project's own worker, or null. */
export function describeEnvironment(
  root: string,
  workerCommand: readonly string[] | null,
  hello: HelloInfo,
): Manifest["environment"] {
  return {
    node: process.version,
    ...describeHost(),
    python: hello.python,
    worker_sources: workerSources(root, workerCommand),
    packages: { ...hello.packages },
    devices: hello.devices.map((device) => ({ ...device })),
  };
}

export const describeHost = (): Pick<Manifest["environment"], "platform" | "cpu"> => ({
  platform: `${process.platform}-${process.arch}`,
  cpu: cpus()[0]?.model ?? "unknown",
});

/** sha256 of the worker's own Python files, by their paths and content. */
export function workerSources(root: string, workerCommand: readonly string[] | null): string {
  const folder = join(root, "python-worker", "steering_worker");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const hash = createHash("sha256").update(JSON.stringify(workerCommand));
  for (const name of names.filter((file) => file.endsWith(".py")).toSorted())
    hash.update(`\0${name}\0`).update(readFileSync(join(folder, name)));
  return hash.digest("hex");
}

function git(root: string, args: readonly string[]): string | null {
  if (!existsSync(join(root, ".git"))) return null;
  try {
    return execFileSync("git", ["-C", root, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 2 ** 28,
    });
  } catch {
    return null;
  }
}
