import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ModelReference } from "../../config/experiment.js";
import type { LoadedModelRecord, Manifest } from "../../store/manifest.js";
import { UserError } from "../../util/user-error.js";
import { chatTemplate, filesSha256, type ModelFolder, modelFolder, weightFiles } from "./model-files.js";
import type { WeightHashes } from "./weight-hashes.js";

interface ModelCheck {
  /** Names the run in sentences. */
  readonly shown: string;
  readonly env: NodeJS.ProcessEnv;
  readonly hashes: WeightHashes;
  readonly say: (text: string) => void;
}

/** From this size on, the reading of weights is announced. */
const LARGE_BYTES = 2e9;

/**
 * Verifies by the content of their files that the models of an experiment are those that a run was made with: a folder's
 * name, or a branch of the hub, may refer to others by now. Files that are gone from this machine are reported.
 *
 * @throws UserError if a model is another one.
 */
export function checkModels(
  models: readonly ModelReference[],
  recorded: Manifest["models"],
  check: ModelCheck,
): void {
  for (const model of models) {
    const record = recorded[model.name];
    if (record !== undefined) checkModel(model, record, check);
  }
}

function checkModel(model: ModelReference, record: LoadedModelRecord, check: ModelCheck): void {
  const { shown, env, say } = check;
  const place = modelFolder(model, env);
  if (place !== null && place.revision !== null && place.revision === record.revision) return;
  const now = place === null ? null : hashesOf(model, place, check);
  const changed: string[] = [];
  const gone: string[] = [];
  for (const [part, sha256] of Object.entries(record.hashes)) {
    const found = now?.get(part) ?? null;
    if (found === null) gone.push(part.replace("_", " "));
    else if (found !== sha256) changed.push(part.replace("_", " "));
  }
  if (changed.length > 0) {
    throw new UserError(
      `${shown} was made with model ${model.name} of other content (${changed.join(", ")}) than ${place?.folder ?? model.ref} has now; restore that content, choose another --out, or run it again with --fresh`,
    );
  }
  if (gone.length > 0) {
    say(
      `${model.name}: ${place?.folder ?? `${model.ref} in the hub cache`} no longer has its ${gone.join(", ")}, so whether the model is the one that ${shown} was made with was not checked.`,
    );
  }
}

/** Hash of each part of the model, named as in the worker's answer to `load`; null where the files are gone. */
function hashesOf(
  { name }: ModelReference,
  { folder }: ModelFolder,
  { hashes, say }: ModelCheck,
): ReadonlyMap<string, string | null> {
  const weights = weightFiles(folder);
  const template = chatTemplate(folder);
  const fileHash = (file: string) =>
    existsSync(join(folder, file)) ? filesSha256([join(folder, file)]) : null;
  const onRead = (bytes: number) => {
    if (bytes > LARGE_BYTES)
      say(
        `reading the ${(bytes / 1e9).toFixed(0)} GB of ${name} once, to see that they are those of this run`,
      );
  };
  return new Map([
    ["weights", weights.length === 0 ? null : hashes.sha256(name, weights, onRead)],
    ["config", fileHash("config.json")],
    ["tokenizer", fileHash("tokenizer.json")],
    ["chat_template", template === null ? null : createHash("sha256").update(template).digest("hex")],
  ]);
}
