import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { removeTemporaries } from "./durable.js";
import { needingRoom } from "./no-room.js";

/** Where everything of one run lies. */
export interface RunFolder {
  readonly root: string;
  readonly manifest: string;
  readonly config: string;
  readonly samples: string;
  readonly measurements: string;
  readonly scores: string;
  readonly vectors: string;
  /** One file a round, written before any of the round is sent. */
  readonly rounds: string;
  readonly design: string;
  readonly forecast: string;
  readonly live: string;
  readonly quarantine: string;
  readonly logs: string;
  readonly report: string;
  /** The finished run that `--fresh` is replacing. */
  readonly previous: string;
}

export function runFolder(root: string): RunFolder {
  return {
    root,
    manifest: join(root, "manifest.json"),
    config: join(root, "config.resolved.yaml"),
    samples: join(root, "samples.arrow"),
    measurements: join(root, "measurements.arrow"),
    scores: join(root, "scores.arrow"),
    vectors: join(root, "vectors"),
    rounds: join(root, "rounds"),
    design: join(root, "design.json"),
    forecast: join(root, "forecast.json"),
    live: join(root, "live"),
    quarantine: join(root, "quarantine"),
    logs: join(root, "logs"),
    report: join(root, "report"),
    previous: join(root, "previous"),
  };
}

export function createRunFolder(folder: RunFolder): void {
  for (const path of foldersOf(folder)) needingRoom(path, () => mkdirSync(path, { recursive: true }));
}

/** Removes what an earlier start was writing when it was killed. */
export function clearRunFolder(folder: RunFolder): void {
  for (const path of foldersOf(folder)) removeTemporaries(path);
}

const foldersOf = (folder: RunFolder): readonly string[] => [
  folder.root,
  folder.vectors,
  folder.rounds,
  folder.live,
  folder.quarantine,
  folder.logs,
  folder.report,
];

/**
 * Moves what a run generated into `previous/`, where it stays until the run that takes its place is finished. What an
 * unfinished successor left is removed instead.
 */
export function setRunAside(folder: RunFolder): void {
  const generated = [
    folder.manifest,
    folder.config,
    folder.samples,
    folder.measurements,
    folder.scores,
    folder.vectors,
    folder.rounds,
    folder.design,
    folder.forecast,
    folder.live,
    folder.quarantine,
    folder.report,
  ];
  const keep = !existsSync(folder.previous) && existsSync(folder.manifest);
  if (keep) mkdirSync(folder.previous);
  for (const path of generated) {
    if (keep && existsSync(path)) renameSync(path, join(folder.previous, basename(path)));
    else rmSync(path, { recursive: true, force: true });
  }
}
