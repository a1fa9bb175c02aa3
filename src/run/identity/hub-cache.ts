import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where Hugging Face keeps what it downloaded, by its own environment variables. */
function hubCacheFolder(env: NodeJS.ProcessEnv): string {
  if (env.HF_HUB_CACHE) return env.HF_HUB_CACHE;
  return join(env.HF_HOME ?? join(homedir(), ".cache", "huggingface"), "hub");
}

const modelCache = (model: string, env: NodeJS.ProcessEnv): string =>
  join(hubCacheFolder(env), `models--${model.replaceAll("/", "--")}`);

/** The snapshot in the cache for a revision (a commit, branch or tag; null for main) of a hub model; null if there is none. */
export function hubSnapshot(
  model: string,
  revision: string | null,
  env: NodeJS.ProcessEnv,
): { readonly folder: string; readonly revision: string } | null {
  const cache = modelCache(model, env);
  const ref = join(cache, "refs", revision ?? "main");
  const commit = existsSync(ref) ? readFileSync(ref, "utf8").trim() : revision;
  if (commit === null) return null;
  const folder = join(cache, "snapshots", commit);
  return existsSync(folder) ? { folder, revision: commit } : null;
}

/** Whether the cache has a snapshot of a hub model with a config and safetensors. */
export function isInHubCache(model: string, env: NodeJS.ProcessEnv): boolean {
  const snapshots = join(modelCache(model, env), "snapshots");
  return list(snapshots).some((snapshot) => {
    const files = list(join(snapshots, snapshot));
    return files.includes("config.json") && files.some((file) => file.endsWith(".safetensors"));
  });
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
