import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { checksummedJson, parseChecksummedJson } from "./checksummed-json.js";
import { replaceFile } from "./log/durable.js";
import { QuarantinedPiece } from "./quarantine.js";
import { StoreDamaged } from "./store-damaged.js";

const Strings = z.record(z.string(), z.string());

const LoadedModel = z.strictObject({
  ref: z.string(),
  revision: z.string().nullable(),
  model_class: z.string(),
  parameters: z.number(),
  layers: z.number(),
  d_model: z.number(),
  device: z.string(),
  dtype: z.string(),
  engine: z.string(),
  engine_reason: z.string(),
  /** The faster engine was abandoned because it did not agree with the reference. */
  fallback: z.boolean(),
  attention: z.string(),
  hashes: Strings,
  /** sha256 of other small files beside the weights, by name: some of them say which tokens end a response. */
  files: Strings.exactOptional(),
  resid_norms: z.array(z.number()),
});

const FittedVector = z.strictObject({
  model: z.string(),
  method: z.string(),
  question: z.string(),
  layer: z.number(),
  draw: z.number(),
  seed: z.number(),
  norm: z.number().nullable(),
  sha256: z.string(),
  info: z.record(z.string(), z.unknown()),
});

/** A run that samples were taken over from. */
const ReusedRun = z.strictObject({
  run: z.string(),
  generation_hash: z.string(),
  /** Relative to this run's folder. */
  folder: z.string(),
  /** Of this run, counted when it finishes. */
  samples: z.int(),
});

const FileRecord = z.strictObject({ bytes: z.number(), sha256: z.string() });

const Manifest = z.strictObject({
  schema_version: z.literal(2),
  run: z.string(),
  name: z.string(),
  status: z.enum(["running", "finished"]),
  generation_hash: z.string(),
  /** The analysis that was fixed before the first sample; a report under another one is exploratory. */
  frozen_analysis_hash: z.string(),
  /** The files that determine the results, by their path in the run folder. Vectors have their own record. */
  files: z.record(z.string(), FileRecord),
  /** The entries of `files` that are being replaced, with their previous values. */
  replacing: z.record(z.string(), FileRecord),
  tool: z.strictObject({
    version: z.string(),
    git_commit: z.string().nullable(),
    git_dirty_sha256: z.string().nullable(),
  }),
  lockfiles: Strings,
  environment: z.strictObject({
    node: z.string(),
    platform: z.string(),
    cpu: z.string(),
    python: z.string().nullable(),
    /** sha256 of the worker's sources. */
    worker_sources: z.string().exactOptional(),
    packages: Strings,
    devices: z.array(z.record(z.string(), z.unknown())),
  }),
  /** Decided at the first start and kept, since the last bits of a result depend on them. */
  execution: z.strictObject({
    rows: z.number(),
    threads: z.number(),
    block: z.number(),
    engine: z.string(),
    device: z.string(),
    dtype: z.string(),
  }),
  random: z.strictObject({ seed: z.number(), scheme: z.string() }),
  sandbox: z.strictObject({ kind: z.string(), version: z.string() }),
  /** The axis of each method's strengths. */
  axes: z.record(z.string(), z.enum(["log", "linear", "none"])),
  models: z.record(z.string(), LoadedModel),
  vectors: z.record(z.string(), FittedVector),
  /** Pieces that could not be done; during a run, also those that a later start has done since. */
  quarantined: z.array(QuarantinedPiece),
  /** Samples that a search ignores, because its rounds were chosen while they were quarantined. */
  chosen_without: z.array(z.string()),
  /** One entry for each start of the same command. */
  starts: z.array(
    z.strictObject({
      at: z.string(),
      workers: z.number(),
      committed_samples: z.number(),
      /** Hash of versions, sources and machine: samples of starts that have the same one may stand for each other. */
      sampled_by: z.string().exactOptional(),
    }),
  ),
  /** Runs that `--reuse` named, in their order. */
  reused: z.array(ReusedRun).exactOptional(),
  samples: z.number(),
  measurements: z.number(),
  /** Speed of the start that finished the run, including its report; null before that. */
  speed: z
    .strictObject({
      /** Wall-clock time and its stages; where stages overlap, the time counts for the first. */
      seconds: z.strictObject({
        wall: z.number(),
        generation: z.number(),
        sandbox: z.number(),
        start: z.number(),
        orchestration: z.number(),
      }),
      orchestration_share: z.number(),
      /** Total time that the workers spent on each kind of request. */
      worker_seconds: z.record(z.string(), z.number()),
      models: z.record(
        z.string(),
        z.strictObject({
          samples: z.number(),
          tokens: z.number(),
          prefill_seconds: z.number(),
          decode_seconds: z.number(),
          prefill_tokens: z.number(),
          decode_tokens: z.number(),
          /** Generated tokens over the time of prefill and decoding, for one worker. */
          tokens_per_second: z.number().nullable(),
          /** Arithmetic of decoding, over what matrix multiplication would have done in that time in the same worker. */
          matmul_share: z.number().nullable(),
        }),
      ),
    })
    .nullable(),
});

export type Manifest = z.infer<typeof Manifest>;
export type ReusedRun = z.infer<typeof ReusedRun>;
export type LoadedModelRecord = z.infer<typeof LoadedModel>;

export function writeManifest(path: string, manifest: Manifest): void {
  replaceFile(path, checksummedJson(Manifest.parse(manifest)));
}

/**
 * The manifest of a run folder, or null if there is none.
 * @throws StoreDamaged if a byte of it has changed.
 */
export function readManifest(path: string): Manifest | null {
  if (!existsSync(path)) return null;
  const value = parseChecksummedJson(readFileSync(path, "utf8"));
  if (value === null)
    throw new StoreDamaged(`${path} fails its own checksum; restore it from a copy of the run`);
  const parsed = Manifest.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new StoreDamaged(
    `${path} is no manifest of this version; read the run with the version that wrote it`,
    { cause: parsed.error },
  );
}

/** True where an earlier version of this program wrote the file: its manifests have no checksum. */
export const isEarlierManifest = (path: string): boolean => earlierManifest(path) !== null;

/** What such a manifest says of its writer; null for any other file. */
export function earlierManifest(path: string): z.infer<typeof Earlier> | null {
  try {
    return Earlier.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return null;
  }
}

const Earlier = z.object({
  schema_version: z.literal(1),
  run: z.string(),
  generation_hash: z.string(),
  execution: z.object({ rows: z.number() }),
  tool: z.object({ version: z.string(), git_commit: z.string().nullable() }).exactOptional(),
});
