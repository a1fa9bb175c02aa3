import { basename } from "node:path";
import { contentHash } from "../config/canonical-json.js";
import type { Component } from "../config/experiment.js";
import type { PlannedModel } from "./plan.js";

/** Version of what ids are made of; a change of it makes every sample another one. */
export const SCHEMA_VERSION = 1;

/**
 * What names a model in ids: its name in the experiment, and hub id with revision or the folder's last part, so that a
 * run is found again when the folder is moved. That the weights are the same is verified by their hash on resume.
 */
export function modelIdentity(model: Pick<PlannedModel, "name" | "ref" | "source" | "revision">): unknown {
  const ref = model.source === "folder" ? basename(model.ref) : model.ref;
  return { name: model.name, source: model.source, ref, revision: model.revision };
}

/** What names a direction or an edit in ids: a user's file by its content, wherever it lies. */
export function componentIdentity({ kind, params, file }: Component): unknown {
  if (file === null) return { kind, params };
  const { path: _, ...rest } = params;
  return kind.endsWith(".py") ? { sha256: file.sha256, params } : { kind, sha256: file.sha256, params: rest };
}

export function sampleId(specification: string, seed: number, index: number): string {
  return contentHash({ schema_version: SCHEMA_VERSION, specification, seed, index });
}
