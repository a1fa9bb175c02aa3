import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { Experiment } from "../../config/experiment.js";
import { loadResolved } from "../../config/resolved-yaml.js";
import { checkRun, isConfigWhole } from "../../store/folder/check-run.js";
import { openRun } from "../../store/folder/read-run.js";
import { StoredSamples } from "../../store/folder/stored-samples.js";
import type { Manifest } from "../../store/manifest.js";
import { StoreDamaged } from "../../store/store-damaged.js";
import { UserError } from "../../util/user-error.js";

/** A run that samples may be taken over from; nothing is ever written into it. */
export interface ReuseSource {
  readonly root: string;
  /** Names it in sentences. */
  readonly shown: string;
  readonly manifest: Manifest;
  readonly samples: StoredSamples;
  /** The experiment that it is of; null where its config was changed since. */
  readonly experiment: Experiment | null;
}

export interface WantedSources {
  /** Absolute folders, as `--reuse` names them. */
  readonly named: readonly string[];
  /** The folder of the run that is to have the samples; null of a plan. */
  readonly into: string | null;
  /** Runs that an earlier start of that run took from. */
  readonly recorded: Manifest["reused"];
  readonly cwd: string;
  readonly say: (text: string) => void;
}

/**
 * Opens the runs that samples are to be taken over from, each checked as a start checks its own.
 *
 * @throws UserError where one that is named holds no run, or is the run itself.
 * @throws StoreDamaged where a part of one that is named is missing or changed.
 */
export async function openSources(wanted: WantedSources): Promise<readonly ReuseSource[]> {
  const { named, into, recorded = [], cwd, say } = wanted;
  const sources: ReuseSource[] = [];
  for (const root of new Set(named)) sources.push(await openSource(root, cwd, into));
  for (const { folder, run, generation_hash } of into === null ? [] : recorded) {
    const root = join(into ?? "", folder);
    if (sources.some((source) => source.root === root)) continue;
    const source = await recordedSource(root, cwd, generation_hash);
    if (typeof source === "string")
      say(`No more samples are taken over from ${run}, which earlier starts named: ${source}`);
    else sources.push(source);
  }
  refuseCopies(sources);
  return sources;
}

async function openSource(root: string, cwd: string, into: string | null): Promise<ReuseSource> {
  const shown = relative(cwd, root) || ".";
  if (root === into)
    throw new UserError(`--reuse ${shown} is the folder of this very run; name another one with --out`);
  if (!existsSync(root)) throw new UserError(`--reuse ${shown}: there is no such folder; give that of a run`);
  try {
    const stored = openRun(root);
    const { folder, manifest } = stored;
    checkRun(folder, manifest);
    const experiment = isConfigWhole(folder, manifest) ? await loadResolved(folder.config, cwd) : null;
    return { root, shown, manifest, samples: new StoredSamples(stored), experiment };
  } catch (cause) {
    if (cause instanceof StoreDamaged)
      throw new StoreDamaged(`nothing is taken over from --reuse ${shown}: ${cause.message}`, { cause });
    throw cause;
  }
}

/** The source, or why there is none. */
async function recordedSource(root: string, cwd: string, hash: string): Promise<ReuseSource | string> {
  try {
    const source = await openSource(root, cwd, null);
    return source.manifest.generation_hash === hash ? source : `${source.shown} holds another run by now`;
  } catch (cause) {
    if (cause instanceof UserError || cause instanceof StoreDamaged) return cause.message;
    throw cause;
  }
}

/** A taken sample names its run: two folders of one run could not be told apart. */
function refuseCopies(sources: readonly ReuseSource[]): void {
  const known = new Map<string, ReuseSource>();
  for (const source of sources) {
    const twin = known.get(source.manifest.run);
    if (twin !== undefined) {
      throw new UserError(
        `--reuse ${twin.shown} and --reuse ${source.shown} both hold ${source.manifest.run}; name the one that has more of it`,
      );
    }
    known.set(source.manifest.run, source);
  }
}
