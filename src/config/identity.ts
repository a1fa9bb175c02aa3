import { basename, isAbsolute } from "node:path";
import type { Component, ModelReference, ScorerReference } from "./experiment.js";

/** Version of the content of hashes and ids; changing it changes the id of every sample. */
export const SCHEMA_VERSION = 1;

/**
 * Identifies a model in hashes and ids: its name in the experiment, and the hub id with revision or the folder's last
 * part, so that a run is found again when the folder has moved. On resume, the weights are verified by their hash.
 */
export function modelIdentity(model: Pick<ModelReference, "name" | "ref" | "source" | "revision">): unknown {
  const { name, source, revision } = model;
  return { name, source, ref: source === "folder" ? basename(model.ref) : model.ref, revision };
}

/**
 * Identifies a direction or an edit in hashes and ids. A user's file counts by its content, not its location; any other
 * absolute path among the parameters counts by its last part.
 */
export function componentIdentity({ kind, params, file }: Component): unknown {
  const portable = Object.fromEntries(
    Object.entries(params).map(([key, value]) => [
      key,
      typeof value === "string" && isAbsolute(value) ? basename(value) : value,
    ]),
  );
  if (file === null) return { kind, params: portable };
  if (isAbsolute(kind)) return { sha256: file.sha256, params: portable };
  const { path: _, ...rest } = portable;
  return { kind, sha256: file.sha256, params: rest };
}

/** What names a scorer in hashes: a file of the user's own counts by its content, not its place. */
export const scorerIdentity = ({ name, file }: ScorerReference): unknown =>
  file === null ? { name } : { name, sha256: file.sha256 };
