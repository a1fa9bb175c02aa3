import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { isInHubCache } from "../run/identity/hub-cache.js";
import type { Finding } from "./finding.js";

const GEMMA_SIZES = ["270m", "1b", "4b", "12b", "27b"];

/** Which weights of Gemma 3 are in Hugging Face's cache. */
export function gemmaFinding(env: NodeJS.ProcessEnv): Finding {
  const models = GEMMA_SIZES.map((size) => `google/gemma-3-${size}-it`);
  const present = models.filter((model) => isInHubCache(model, env));
  const absent = models.filter((model) => !present.includes(model));
  const text = [
    ...(present.length > 0 ? [`there: ${present.join(", ")}`] : []),
    ...(absent.length > 0
      ? [`not there: ${absent.join(", ")} (hf download <model>, after accepting Gemma's licence)`]
      : []),
  ].join("; ");
  return { what: "Gemma 3 weights", status: absent.length === 0 ? "ok" : "note", text };
}

/** Asks the hub for one small file of a gated model, as a download would. */
export async function licenceFinding(env: NodeJS.ProcessEnv): Promise<Finding> {
  const what = "Gemma 3 licence";
  if (env.HF_HUB_OFFLINE === "1") return { what, status: "note", text: "not asked: HF_HUB_OFFLINE=1" };
  const tokenFile = join(env.HF_HOME ?? join(homedir(), ".cache", "huggingface"), "token");
  const token = env.HF_TOKEN ?? (existsSync(tokenFile) ? readFileSync(tokenFile, "utf8").trim() : null);
  if (token === null)
    return { what, status: "note", text: "no token; create one on huggingface.co and run: hf auth login" };
  const url = `${env.HF_ENDPOINT ?? "https://huggingface.co"}/google/gemma-3-1b-it/resolve/main/config.json`;
  try {
    const response = await fetch(url, {
      method: "HEAD",
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(5_000),
    });
    if (response.ok) return { what, status: "ok", text: "accepted" };
    if (response.status === 401)
      return { what, status: "note", text: "the token is not valid; run: hf auth login" };
    return {
      what,
      status: "note",
      text: `not accepted (${response.status}); accept it at huggingface.co/google/gemma-3-1b-it`,
    };
  } catch {
    return {
      what,
      status: "note",
      text: "the hub could not be reached; weights that were downloaded can still be used",
    };
  }
}
