import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Experiment } from "../../config/experiment.js";
import { modelIdentity } from "../../config/identity.js";
import { loadResolved } from "../../config/resolved-yaml.js";
import { extendPlan } from "../../plan/extend-plan.js";
import { makePlan } from "../../plan/make-plan.js";
import type { ModelShape, Plan } from "../../plan/plan.js";
import { isConfigWhole } from "../../store/folder/check-run.js";
import { openRun, type StoredRun } from "../../store/folder/read-run.js";
import { countRounds, readRound } from "../../store/round-file.js";
import { StoreDamaged } from "../../store/store-damaged.js";
import { canonicalJson } from "../../util/canonical-json.js";
import { UserError } from "../../util/user-error.js";
import { isScaled, normsDiffer } from "./expected-reuse.js";
import { type SamplerFacts, samplerDifference } from "./sampler.js";

/** Neighbours that are looked at, the newest first. */
const LOOKED_AT = 20;

export interface NeighbourSearch {
  readonly experiment: Experiment;
  readonly plan: Plan;
  readonly shapes: ReadonlyMap<string, ModelShape>;
  /** The folder of the run that is to begin. */
  readonly folder: string;
  readonly cwd: string;
  readonly now: SamplerFacts;
}

/**
 * A sentence where a run beside a new one has samples of it, with what to type; null where none has. Their samples are
 * not read: what a run planned tells enough for a hint.
 */
export async function neighbourHint(search: NeighbourSearch): Promise<string | null> {
  let best: { readonly root: string; readonly samples: number } | null = null;
  for (const root of neighbours(search.folder)) {
    const samples = await sharedSamples(root, search);
    if (samples > (best?.samples ?? 0)) best = { root, samples };
  }
  if (best === null) return null;
  const shown = relative(search.cwd, best.root) || ".";
  const count = best.samples.toLocaleString("en");
  return `${shown} may have ${count} of these samples: --reuse ${shown} takes them over where nothing that they depend on has changed`;
}

function neighbours(folder: string): readonly string[] {
  const parent = dirname(folder);
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .map((name) => join(parent, name))
    .filter((root) => root !== folder && existsSync(join(root, "manifest.json")))
    .map((root) => ({ root, changed: statSync(join(root, "manifest.json")).mtimeMs }))
    .toSorted((a, b) => b.changed - a.changed)
    .slice(0, LOOKED_AT)
    .map(({ root }) => root);
}

/** Samples of the plan that a run planned as well; 0 where it cannot be read, or gives none. */
async function sharedSamples(root: string, search: NeighbourSearch): Promise<number> {
  try {
    const run = openRun(root);
    const { folder, manifest } = run;
    if (!isConfigWhole(folder, manifest)) return 0;
    if (manifest.random.seed !== search.plan.seed || samplerDifference(manifest, search.now) !== null)
      return 0;
    return countShared(run, await loadResolved(folder.config, search.cwd), search);
  } catch (cause) {
    // A hint is no reason for a run to fail.
    if (cause instanceof UserError || cause instanceof StoreDamaged) return 0;
    throw cause;
  }
}

function countShared(
  run: StoredRun,
  there: Experiment,
  { experiment, plan, shapes }: NeighbourSearch,
): number {
  const identities = new Set(experiment.models.map((model) => canonicalJson(modelIdentity(model))));
  const models = there.models.filter((model) => identities.has(canonicalJson(modelIdentity(model))));
  if (models.length === 0) return 0;
  const planned = new Map<string, number>();
  for (const { specification, n } of plannedCells(run, { ...there, models }, shapes))
    planned.set(specification, (planned.get(specification) ?? 0) + n);
  const isMoved = normsDiffer(there, experiment);
  return plan.cells
    .filter((cell) => !(isMoved && isScaled(cell)))
    .reduce((sum, { specification, n }) => sum + Math.min(n, planned.get(specification) ?? 0), 0);
}

/** Of a search also those of the rounds that it wrote down. */
function plannedCells({ folder, files }: StoredRun, there: Experiment, shapes: NeighbourSearch["shapes"]) {
  const names = new Set(there.models.map(({ name }) => name));
  let plan = makePlan(there, shapes, "");
  for (let index = 0; index < countRounds(folder.rounds); index++) {
    const round = readRound(files, folder.rounds, index);
    const cells = round?.cells.filter(({ model }) => names.has(model)) ?? [];
    if (round !== null) plan = extendPlan(plan, there, { ...round, vectors: [], cells });
  }
  return plan.cells;
}
