import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelReference } from "../../config/experiment.js";
import { hashFile } from "../../util/hash-file.js";
import { hubSnapshot } from "./hub-cache.js";

/** Where a model's files are on this machine; `revision` is the commit of a hub model, or null for a folder. */
export interface ModelFolder {
  readonly folder: string;
  readonly revision: string | null;
}

/** Null if a hub model is not in the cache. A folder need not exist. */
export function modelFolder(
  model: Pick<ModelReference, "ref" | "source" | "revision">,
  env: NodeJS.ProcessEnv,
): ModelFolder | null {
  return model.source === "folder"
    ? { folder: model.ref, revision: null }
    : hubSnapshot(model.ref, model.revision, env);
}

/** The safetensors files of a checkpoint in the order of their names, as the worker finds them; empty if one is gone. */
export function weightFiles(folder: string): readonly string[] {
  const single = join(folder, "model.safetensors");
  if (existsSync(single)) return [single];
  const index = readJson(join(folder, "model.safetensors.index.json"));
  const map = isRecord(index) && isRecord(index.weight_map) ? index.weight_map : {};
  const paths = [...new Set(Object.values(map))]
    .map(String)
    .toSorted()
    .map((name) => join(folder, name));
  return paths.every((path) => existsSync(path)) ? paths : [];
}

/** The chat template that the worker uses; null if the folder has none. */
export function chatTemplate(folder: string): string | null {
  const path = join(folder, "chat_template.jinja");
  if (existsSync(path)) return readFileSync(path, "utf8").replace(/\r\n?/g, "\n");
  const config = readJson(join(folder, "tokenizer_config.json"));
  return isRecord(config) && typeof config.chat_template === "string" ? config.chat_template : null;
}

/** sha256 of the small files beside the weights that have no hash of their own, by name. */
export function companionFiles(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder).filter((name) => /\.(json|jinja)$/.test(name) && !HASHED.has(name));
  return Object.fromEntries(names.toSorted().map((name) => [name, filesSha256([join(folder, name)])]));
}

/** What the worker hashes itself. */
const HASHED = new Set(["config.json", "tokenizer.json", "model.safetensors.index.json"]);

/** sha256 (hex) of the bytes of some files, one after another. */
export function filesSha256(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths) hashFile(hash, path);
  return hash.digest("hex");
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
