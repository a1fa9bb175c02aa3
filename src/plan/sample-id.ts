import { SCHEMA_VERSION } from "../config/identity.js";
import { contentHash } from "../util/canonical-json.js";

/** A sample's id: what its cell specifies, the experiment's seed and its index in the cell; never where or when it ran. */
export function sampleId(specification: string, seed: number, index: number): string {
  return contentHash({ schema_version: SCHEMA_VERSION, specification, seed, index });
}
