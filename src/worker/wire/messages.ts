import { z } from "zod";
import { count, name } from "./request-parts.js";

/** Bodies of the messages that are not requests or their answers; docs/protocol.md says what each field means. */

export const helloSchema = z.strictObject({
  protocol: z.strictObject({ major: count, minor: count }),
  worker: z.string().min(1).max(128),
  nonce: z.string().min(1).max(128),
  pid: count,
  python: z.string(),
  packages: z.record(z.string(), z.string()),
  devices: z.array(z.strictObject({ kind: z.string(), name: z.string(), memory_bytes: count })).readonly(),
  cores: count,
});
export type HelloInfo = Readonly<z.infer<typeof helloSchema>>;

const WORKER_STATES = ["idle", "loading", "fitting", "generating", "measuring"] as const;
export type WorkerState = (typeof WORKER_STATES)[number];

export const heartbeatSchema = z.strictObject({
  progress: count,
  state: z.enum(WORKER_STATES),
  rss_bytes: count,
});
export type Heartbeat = Readonly<z.infer<typeof heartbeatSchema>>;

const RETRIES = [
  "same",
  "smaller",
  "fresh_process",
  "sample_failed",
  "worker_fatal",
  "run_fatal",
  "none",
] as const;

export const errorSchema = z.strictObject({
  code: z.string().min(1).max(128),
  message: z.string(),
  advice: z.string(),
  retry: z.enum(RETRIES),
  samples: z.array(z.string()).readonly(),
});
/** Why a request failed, in the worker's words (or the pool's, where the worker could not speak). */
export type WorkerFailure = Readonly<z.infer<typeof errorSchema>>;

export const welcomeSchema = z.strictObject({ session: name, nonce: z.string() });
export const rejectSchema = z.strictObject({ code: z.enum(["version", "worker"]), message: z.string() });
export const cancelSchema = z.strictObject({ reply_to: count });

/** What the orchestrator hands to a worker on stdin, as one line of JSON. */
const credentialsSchema = z.strictObject({
  endpoint: z.string(),
  run: z.string(),
  worker: z.string(),
  server_key: z.string().length(40),
  public_key: z.string().length(40),
  secret_key: z.string().length(40),
  heartbeat_seconds: z.number().positive(),
});
export type Credentials = Readonly<z.infer<typeof credentialsSchema>>;
