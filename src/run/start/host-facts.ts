import type { SamplerFacts } from "../reuse/sampler.js";
import { describeHost, toolVersion, workerSources } from "./environment.js";

/** What decides samples, as far as it is known without a worker. */
export function hostFacts(root: string, workerCommand: readonly string[] | null): SamplerFacts {
  const { platform, cpu } = describeHost();
  return {
    "the program's version": toolVersion(root).version,
    "the worker's sources": workerSources(root, workerCommand),
    "the platform": platform,
    "the processor": cpu,
  };
}
