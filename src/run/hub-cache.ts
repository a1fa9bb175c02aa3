import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where Hugging Face keeps what it downloaded, by its own environment variables. */
export function hubCacheFolder(env: NodeJS.ProcessEnv): string {
  if (env.HF_HUB_CACHE) return env.HF_HUB_CACHE;
  return join(env.HF_HOME ?? join(homedir(), ".cache", "huggingface"), "hub");
}

/** Whether a snapshot with a config and safetensors of a hub model lies in the cache. */
export function isInHubCache(model: string, env: NodeJS.ProcessEnv): boolean {
  const snapshots = join(hubCacheFolder(env), `models--${model.replaceAll("/", "--")}`, "snapshots");
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
