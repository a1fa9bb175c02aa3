import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "./finding.js";

/** From the smallest to the largest. */
const NANO_RUNGS = ["nano-0.2m", "nano-0.5m", "nano-1.5m", "nano-3.6m"] as const;

const folderOf = (root: string, rung: string) => join(root, "models", "nano", rung);
const isThere = (root: string, rung: string) => existsSync(join(folderOf(root, rung), "model.safetensors"));

/** Name and folder of the largest shipped model that is present. */
export function largestNano(root: string): { readonly name: string; readonly ref: string } | null {
  const name = NANO_RUNGS.findLast((rung) => isThere(root, rung));
  return name === undefined ? null : { name, ref: folderOf(root, name) };
}

export function nanoFinding(root: string): Finding {
  const missing = NANO_RUNGS.filter((rung) => !isThere(root, rung));
  return missing.length === 0
    ? { what: "nano ladder", status: "ok", text: NANO_RUNGS.join(", ") }
    : {
        what: "nano ladder",
        status: "missing",
        text: `${missing.join(", ")} not found; restore models/nano, or train it: make nano-ladder`,
      };
}
