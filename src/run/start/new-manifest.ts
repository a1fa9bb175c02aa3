import type { Experiment } from "../../config/experiment.js";
import type { Plan } from "../../plan/plan.js";
import { SANDBOX } from "../../scoring/sandbox/python-sandbox.js";
import type { Manifest, ReusedRun } from "../../store/manifest.js";
import type { HelloInfo } from "../../worker/wire/messages.js";
import type { Catalogue } from "../../worker/wire/requests.js";
import { sampledBy } from "../reuse/sampler.js";
import { describeEnvironment, lockfileHashes, toolVersion } from "./environment.js";

interface ManifestInput {
  readonly root: string;
  readonly experiment: Experiment;
  readonly plan: Plan;
  readonly hello: HelloInfo;
  /** Started in place of the project's own worker; null where that was started. */
  readonly workerCommand: readonly string[] | null;
  readonly catalogue: Catalogue;
  readonly execution: { readonly rows: number; readonly threads: number };
  /** The manifest of an earlier start: what it recorded of models and vectors stays. */
  readonly before: Manifest | null;
  /** Samples that a search ignores. */
  readonly chosenWithout: readonly string[];
  readonly start: Omit<Manifest["starts"][number], "sampled_by">;
  /** Runs that samples may be taken over from. */
  readonly reused: readonly ReusedRun[];
  readonly analysisHash: string;
}

/** The manifest at a start of a run. */
export function newManifest(input: ManifestInput): Manifest {
  const { root, experiment, plan, hello, catalogue, execution, before, start } = input;
  // Until its tables are sealed again, a reopened run stays the finished run that it was.
  const finished = before?.status === "finished" ? before : null;
  const tool = toolVersion(root);
  const environment = describeEnvironment(root, input.workerCommand, hello);
  return {
    schema_version: 2,
    run: `${experiment.name}-${plan.generation_hash.slice(0, 12)}`,
    name: experiment.name,
    status: finished === null ? "running" : "finished",
    generation_hash: plan.generation_hash,
    frozen_analysis_hash: before?.frozen_analysis_hash ?? input.analysisHash,
    files: before?.files ?? {},
    replacing: {},
    tool,
    lockfiles: lockfileHashes(root),
    environment,
    execution: {
      ...execution,
      block: experiment.execution.block,
      engine: experiment.execution.engine,
      device: experiment.execution.device,
      dtype: experiment.execution.dtype,
    },
    random: {
      seed: experiment.seed,
      scheme:
        "one float64 uniform per row and step from Philox keyed by (seed, sample id, step), inverse CDF in token-id order",
    },
    sandbox: { ...SANDBOX },
    axes: methodAxes(experiment, catalogue),
    models: before?.models ?? {},
    vectors: before?.vectors ?? {},
    quarantined: before?.quarantined ?? [],
    chosen_without: [...input.chosenWithout],
    starts: [...(before?.starts ?? []), { ...start, sampled_by: sampledBy({ tool, environment }) }],
    ...(input.reused.length === 0 ? {} : { reused: [...input.reused] }),
    samples: finished?.samples ?? plan.samples,
    measurements: finished?.measurements ?? plan.measurements.length,
    speed: finished?.speed ?? null,
  };
}

/** The strength axis of each method, as its edit declares it. */
function methodAxes(experiment: Experiment, catalogue: Catalogue): Manifest["axes"] {
  const axisOf = new Map(catalogue.edits.map((entry) => [entry.kind, entry.axis]));
  return Object.fromEntries(
    experiment.methods.map((method) => [
      method.name,
      method.kind === "activation" ? (axisOf.get(method.edit.kind) ?? "log") : "none",
    ]),
  );
}
