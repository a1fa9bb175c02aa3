import type { Manifest } from "../../store/manifest.js";
import { contentHash } from "../../util/canonical-json.js";

/** What of programs and machine decides a sample, by the name it is spoken of. */
export type SamplerFacts = Readonly<Record<string, string>>;

export type SamplerParts = Pick<Manifest, "tool" | "environment">;

export function samplerFacts({ tool, environment }: SamplerParts): SamplerFacts {
  const { python, packages, platform, cpu, devices, worker_sources } = environment;
  return {
    "the program's version": tool.version,
    "the worker's sources": worker_sources ?? "not recorded",
    Python: python ?? "not recorded",
    ...packages,
    "the platform": platform,
    "the processor": cpu,
    "the devices": devices.map(({ kind, name }) => `${kind} ${name}`).join(", "),
  };
}

/** Starts of the same hash give the same samples. */
export const sampledBy = (parts: SamplerParts): string => contentHash(samplerFacts(parts), 16);

/**
 * Why samples of an earlier run may be others than this program would make on this machine; null where they may not.
 *
 * @param now as far as it is known: all of it once a worker was started.
 */
export function samplerDifference(there: Manifest, now: SamplerFacts): string | null {
  if (there.starts.some((start) => start.sampled_by === undefined))
    return "it was begun by a version that did not record what samples were made with";
  const before = samplerFacts(there);
  for (const [name, here] of Object.entries(now)) {
    const value = before[name] ?? "none";
    if (value !== here) return `${name} changed (${short(value)} there, ${short(here)} here)`;
  }
  const last = sampledBy(there);
  return there.starts.every((start) => start.sampled_by === last)
    ? null
    : "its starts were on several machines, or with several versions";
}

/** A hash by its first digits. */
const short = (value: string): string => (/^[0-9a-f]{64}$/.test(value) ? value.slice(0, 8) : value);
