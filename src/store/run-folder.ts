import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { removeTemporaries } from "./log/durable.js";
import { needingRoom } from "./log/no-room.js";

/** The paths of one run. */
export interface RunFolder {
  readonly root: string;
  /** Marks the folder as made by this program; written before anything else. */
  readonly marker: string;
  readonly manifest: string;
  readonly config: string;
  readonly samples: string;
  readonly measurements: string;
  readonly scores: string;
  readonly vectors: string;
  /** One file for each round, written before any of the round is sent. */
  readonly rounds: string;
  readonly design: string;
  readonly forecast: string;
  /** What the user's own scorers declared. */
  readonly scorers: string;
  readonly live: string;
  readonly quarantine: string;
  readonly logs: string;
  /** Hashes of weights that were read, for the next start. */
  readonly modelHashes: string;
  readonly report: string;
  /** The run that `--fresh` is replacing, itself a complete run folder. */
  readonly previous: string;
}

export function runFolder(root: string): RunFolder {
  return {
    root,
    marker: join(root, "steering-window.txt"),
    manifest: join(root, "manifest.json"),
    config: join(root, "config.resolved.yaml"),
    samples: join(root, "samples.arrow"),
    measurements: join(root, "measurements.arrow"),
    scores: join(root, "scores.arrow"),
    vectors: join(root, "vectors"),
    rounds: join(root, "rounds"),
    design: join(root, "design.json"),
    forecast: join(root, "forecast.json"),
    scorers: join(root, "scorers.json"),
    live: join(root, "live"),
    quarantine: join(root, "quarantine"),
    logs: join(root, "logs"),
    modelHashes: join(root, "model-hashes.json"),
    report: join(root, "report"),
    previous: join(root, "previous"),
  };
}

/** Creates the folders into which a run writes. */
export function createRunFolder(folder: RunFolder): void {
  for (const path of foldersOf(folder)) needingRoom(path, () => mkdirSync(path, { recursive: true }));
}

/** Removes what an earlier start was writing when it was killed. */
export function clearRunFolder(folder: RunFolder): void {
  for (const path of [folder.root, ...foldersOf(folder)]) if (existsSync(path)) removeTemporaries(path);
}

const foldersOf = ({ vectors, rounds, live, quarantine, logs, report }: RunFolder): readonly string[] => [
  vectors,
  rounds,
  live,
  quarantine,
  logs,
  report,
];

/** The entries that a run generates and `--fresh` sets aside, the manifest first. Marker, logs and lock stay. */
export function generatedPaths(folder: RunFolder): readonly string[] {
  const { manifest, config, samples, measurements, scores, design, forecast, scorers } = folder;
  const { vectors, rounds, live, quarantine, report } = folder;
  return [
    ...[manifest, config, samples, measurements, scores, design, forecast, scorers],
    ...[vectors, rounds, live, quarantine, report],
  ];
}
