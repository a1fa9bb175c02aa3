import { relative } from "node:path";
import type { AppendLog } from "../../store/log/append-log.js";
import type { Manifest, ReusedRun } from "../../store/manifest.js";
import type { ReuseSource } from "./reuse-source.js";
import { takenFrom } from "./taken-over.js";

/** What the manifest says of the runs that are taken from: those of earlier starts, and those of this one. */
export function reusedRuns(
  sources: readonly ReuseSource[],
  before: Pick<Manifest, "reused"> | null,
  root: string,
): readonly ReusedRun[] {
  const known = before?.reused ?? [];
  const now = sources.map(({ root: source, manifest: { run, generation_hash } }) => ({
    ...{ run, generation_hash },
    folder: relative(root, source),
    samples: known.find((entry) => entry.run === run)?.samples ?? 0,
  }));
  const names = new Set(now.map(({ run }) => run));
  return [...known.filter(({ run }) => !names.has(run)), ...now];
}

/** With the samples that each gave, by what the rows of committed pieces say. */
export function countReused(
  reused: readonly ReusedRun[],
  pieces: readonly string[],
  samples: AppendLog,
): ReusedRun[] {
  const counts = new Map<string, number>();
  for (const piece of pieces.filter((id) => samples.has(id))) {
    for (const worker of samples.texts(piece, "worker")) {
      const run = takenFrom(worker);
      if (run !== null) counts.set(run, (counts.get(run) ?? 0) + 1);
    }
  }
  return reused.map((entry) => ({ ...entry, samples: counts.get(entry.run) ?? 0 }));
}
