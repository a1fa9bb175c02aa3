import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ModelReference } from "../../config/experiment.js";
import { LIMITS } from "../../config/limits.js";
import { readText } from "../../config/read-text.js";
import { UserError } from "../../util/user-error.js";
import type { ModelShape } from "../plan.js";
import { shapeOfConfig } from "./shape-of-config.js";

/**
 * A model's shape without loading it: from its folder's `config.json`, or for a hub id from `configs/shapes`, where
 * google/gemma-3-1b-it and -pt share google--gemma-3-1b.json. Throws a UserError where neither says.
 */
export async function readModelShape(model: ModelReference, root: string): Promise<ModelShape> {
  if (model.source === "folder") {
    const path = join(model.ref, "config.json");
    const advice = "expected a folder with a model's config.json, safetensors and tokenizer";
    return shapeOfConfig(await readJson(path, `${model.name}: ${path} cannot be read, ${advice}`), path);
  }
  const names = [model.ref, model.ref.replace(/-(it|pt)$/, "")].map(
    (ref) => `${ref.replace("/", "--")}.json`,
  );
  for (const name of new Set(names)) {
    const path = join(root, "configs", "shapes", name);
    const text = await readFile(path, "utf8").catch(() => null);
    if (text !== null) return shapeOfConfig(parseJson(text, path), path);
  }
  throw new UserError(
    `${model.name}: the shape of ${model.ref} is not known here, expected configs/shapes/${names[0]}; put the model's config.json there, or download the model and name its folder`,
  );
}

/** Shapes of all models, by name. */
export async function readModelShapes(
  models: readonly ModelReference[],
  root: string,
): Promise<ReadonlyMap<string, ModelShape>> {
  const shapes = new Map<string, ModelShape>();
  for (const model of models) shapes.set(model.name, await readModelShape(model, root));
  return shapes;
}

async function readJson(path: string, fault: string): Promise<unknown> {
  const text = await readText(path, LIMITS.fileBytes).catch((cause: unknown) => {
    throw cause instanceof UserError ? cause : new UserError(fault, { cause });
  });
  return parseJson(text, path);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError(`${path}: not JSON, expected a model's config.json`, { cause });
  }
}
