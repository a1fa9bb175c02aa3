import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Where everything of one run lies. */
export interface RunFolder {
  readonly root: string;
  readonly manifest: string;
  readonly config: string;
  readonly plan: string;
  readonly samples: string;
  readonly measurements: string;
  readonly scores: string;
  readonly vectors: string;
  readonly live: string;
  readonly quarantine: string;
  readonly logs: string;
  readonly report: string;
}

export function runFolder(root: string): RunFolder {
  return {
    root,
    manifest: join(root, "manifest.json"),
    config: join(root, "config.resolved.yaml"),
    plan: join(root, "plan.json"),
    samples: join(root, "samples.arrow"),
    measurements: join(root, "measurements.arrow"),
    scores: join(root, "scores.arrow"),
    vectors: join(root, "vectors"),
    live: join(root, "live"),
    quarantine: join(root, "quarantine"),
    logs: join(root, "logs"),
    report: join(root, "report"),
  };
}

export function createRunFolder(folder: RunFolder): void {
  for (const path of [
    folder.root,
    folder.vectors,
    folder.live,
    folder.quarantine,
    folder.logs,
    folder.report,
  ]) {
    mkdirSync(path, { recursive: true });
  }
}

/** Removes what a run generated; the lock stays with its owner. */
export function clearRunFolder(folder: RunFolder): void {
  const generated = [
    folder.manifest,
    folder.config,
    folder.plan,
    folder.samples,
    folder.measurements,
    folder.scores,
    folder.vectors,
    folder.live,
    folder.quarantine,
    folder.report,
  ];
  for (const path of generated) rmSync(path, { recursive: true, force: true });
}
