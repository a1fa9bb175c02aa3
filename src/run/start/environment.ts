import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
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

export function describeEnvironment(hello: HelloInfo): Manifest["environment"] {
  return {
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cpu: cpus()[0]?.model ?? "unknown",
    python: hello.python,
    packages: { ...hello.packages },
    devices: hello.devices.map((device) => ({ ...device })),
  };
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
