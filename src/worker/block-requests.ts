import { z } from "zod";
import {
  chatSchema,
  component,
  count,
  list,
  measuredPrompt,
  name,
  seed,
  someText,
} from "./wire/request-parts.js";

/** Leased requests and their results: what a block is made of. docs/protocol.md says what each field means. */

const appliedEdit = z
  .strictObject({
    vector: name,
    layer: count,
    edit: z.strictObject(component).readonly(),
    positions: z.enum(["all", "prompt", "content", "generated"]),
  })
  .readonly();
const decoding = z
  .strictObject({
    temperature: z.number().nonnegative(),
    top_k: count,
    top_p: z.number().gt(0).max(1),
    max_tokens: z.int().positive(),
    stop: list(z.string().min(1)),
  })
  .readonly();
export const generateRequest = z
  .strictObject({
    rows: z.int().positive(),
    seed,
    prompts: list(z.strictObject({ messages: chatSchema }).readonly()),
    edits: list(appliedEdit),
    decodings: list(decoding),
    samples: z
      .strictObject({
        id: list(name),
        prompt: list(count),
        edit: list(z.int().min(-1)),
        strength: list(z.number()),
        decoding: list(count),
      })
      .readonly(),
  })
  .readonly();
export const generateResult = z
  .strictObject({
    samples: z
      .strictObject({
        text: list(z.string()),
        stop: list(z.enum(["end", "length", "stop", "error"])),
        error: list(z.string().nullable()),
        prompt_tokens: list(count),
        applied_norm: list(z.number().nonnegative().nullable()),
      })
      .readonly(),
    realised_rows: z.int().positive(),
    steps: count,
    seconds: z.number().nonnegative(),
    stages: z
      .strictObject({
        prefill_seconds: z.number().nonnegative(),
        decode_seconds: z.number().nonnegative(),
        prefill_tokens: count,
        decode_tokens: count,
      })
      .readonly(),
  })
  .readonly();
export type GenerateBody = z.infer<typeof generateRequest>;
export type GenerateReply = z.infer<typeof generateResult>;
export type GenerateStages = GenerateReply["stages"];

export const logprobsRequest = z
  .strictObject({
    rows: z.int().positive(),
    prompts: list(measuredPrompt),
    edits: list(appliedEdit),
    items: z
      .strictObject({
        id: list(name),
        prompt: list(count),
        edit: list(z.int().min(-1)),
        strength: list(z.number()),
        continuation: list(someText),
      })
      .readonly(),
  })
  .readonly();
export const logprobsResult = z
  .strictObject({
    items: z.strictObject({ n_tokens: list(count), error: list(z.string().nullable()) }).readonly(),
    realised_rows: z.int().positive(),
    seconds: z.number().nonnegative(),
  })
  .readonly();
export type LogprobsBody = z.infer<typeof logprobsRequest>;
export type LogprobsReply = z.infer<typeof logprobsResult>;

export const calibrateRequest = z
  .strictObject({
    rows: z.int().positive(),
    texts: list(someText, 1),
    edits: list(appliedEdit),
    items: z.strictObject({ id: list(name), edit: list(count), strength: list(z.number()) }).readonly(),
  })
  .readonly();
export const calibrateResult = z
  .strictObject({
    items: z.strictObject({ error: list(z.string().nullable()) }).readonly(),
    realised_rows: z.int().positive(),
    seconds: z.number().nonnegative(),
  })
  .readonly();
export type CalibrateBody = z.infer<typeof calibrateRequest>;
export type CalibrateReply = z.infer<typeof calibrateResult>;
