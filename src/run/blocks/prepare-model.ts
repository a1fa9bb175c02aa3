import { existsSync } from "node:fs";
import type { Execution } from "../../config/experiment.js";
import { normPrompts } from "../../plan/norm-prompts.js";
import type { Plan, PlannedModel, PlannedVector } from "../../plan/plan.js";
import type { LoadedModelRecord } from "../../store/manifest.js";
import { saveVector, vectorPath } from "../../store/vector-file.js";
import { UserError } from "../../util/user-error.js";
import { type LoadedBy, otherEngine } from "../../worker/crew/other-engine.js";
import type { Loaded, ModelLoad } from "../../worker/wire/requests.js";
import { companionFiles, modelFolder } from "../identity/model-files.js";
import type { BlockOptions } from "./block-options.js";

/** How a model is loaded in this run: decided at the first start, and the same on every worker and resume. */
export function modelLoad(plan: Plan, model: PlannedModel, execution: Execution, threads: number): ModelLoad {
  return {
    model: {
      ref: model.ref,
      revision: model.revision,
      device: execution.device,
      dtype: execution.dtype,
      engine: execution.engine,
      threads,
    },
    norm_prompts: normPrompts(plan.prompts),
  };
}

type Preparation = Pick<BlockOptions, "plan" | "pool" | "folder" | "book" | "env" | "onLoaded">;

/**
 * Loads a model once, fits and saves each of its vectors that is not saved yet, and records both in the manifest.
 *
 * @throws UserError if the model is not the one with which the run started.
 */
export async function prepareModel(
  options: Preparation,
  model: PlannedModel,
  load: ModelLoad,
): Promise<void> {
  const { plan, pool, book, env, onLoaded } = options;
  const loaded = await pool.load(load);
  onLoaded(model.name, loaded);
  const known = book.current.models[model.name];
  if (known === undefined) {
    const record = loadedRecord(model, loaded, env);
    book.update((manifest) => ({ models: { ...manifest.models, [model.name]: record } }));
  } else requireSameModel(model.name, known, loaded);
  const missing = plan.vectors.filter(
    (vector) => vector.model === model.name && book.current.vectors[vector.id] === undefined,
  );
  await Promise.all(missing.map((vector) => fitVector(options, load, vector)));
}

async function fitVector(
  { pool, folder, book }: Preparation,
  load: ModelLoad,
  vector: PlannedVector,
): Promise<void> {
  const fitted = await pool.fit(load, {
    vector: vector.id,
    layer: vector.layer,
    direction: vector.direction,
    contrast: vector.contrast,
    prompts: load.norm_prompts,
    seed: vector.seed,
  });
  const sha256 = saveVector(vectorPath(folder, vector.id), fitted.tensors);
  const { model, method, question, layer, draw, seed } = vector;
  const record = {
    model,
    method,
    question,
    layer,
    draw,
    seed,
    norm: fitted.norm,
    sha256,
    info: { ...fitted.info },
  };
  book.update((manifest) => ({ vectors: { ...manifest.vectors, [vector.id]: record } }));
}

function loadedRecord(model: PlannedModel, loaded: Loaded, env: NodeJS.ProcessEnv): LoadedModelRecord {
  const place = modelFolder(model, env);
  return {
    ref: model.ref,
    revision: loaded.revision,
    model_class: loaded.model_class,
    parameters: loaded.parameters,
    layers: loaded.layers,
    d_model: loaded.d_model,
    device: loaded.device,
    dtype: loaded.dtype,
    engine: loaded.engine,
    engine_reason: loaded.engine_reason,
    fallback: loaded.fallback,
    attention: "eager, grouped by key-value head",
    hashes: { ...loaded.hashes },
    ...(place === null || !existsSync(place.folder) ? {} : { files: companionFiles(place.folder) }),
    resid_norms: [...loaded.resid_norms],
  };
}

function requireSameModel(name: string, known: LoadedModelRecord, now: LoadedBy): void {
  const hashes: LoadedModelRecord["hashes"] = now.hashes;
  const changed = Object.keys(known.hashes).filter((key) => known.hashes[key] !== hashes[key]);
  if (known.dtype !== now.dtype) changed.push("dtype");
  if (known.device.replace(/:\d+$/, "") !== now.device.replace(/:\d+$/, "")) changed.push("device");
  if (changed.length > 0) {
    throw new UserError(
      `model ${name}: ${changed.join(", ")} changed since this run began; restore what it began with, or start again with --fresh or another --out`,
    );
  }
  if (known.engine !== now.engine) throw otherEngine(name, now, `this run began on ${known.engine}`);
}
