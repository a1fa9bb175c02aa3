import { z } from "zod";
import {
  calibrateRequest,
  calibrateResult,
  generateRequest,
  generateResult,
  logprobsRequest,
  logprobsResult,
} from "../block-requests.js";
import {
  chatSchema,
  component,
  count,
  json,
  list,
  measuredPrompt,
  name,
  seed,
  someText,
  text,
  userFile,
} from "./request-parts.js";

export type {
  CalibrateBody,
  CalibrateReply,
  GenerateBody,
  GenerateReply,
  LogprobsBody,
  LogprobsReply,
} from "../block-requests.js";

/** Requests and their answers; docs/protocol.md says what each field means. */

const modelRequestSchema = z
  .strictObject({
    ref: name,
    revision: z.string().nullable(),
    device: name,
    dtype: z.enum(["auto", "float32", "bfloat16"]),
    engine: name,
    threads: z.int().positive().max(1024).nullable(),
  })
  .readonly();

const describeRequest = z.strictObject({ user_methods: list(userFile) }).readonly();
const directionEntry = z
  .strictObject({
    kind: z.string(),
    summary: z.string(),
    params_schema: json,
    needs_contrast: z.boolean(),
    contrast: z.enum(["last_token", "word"]).nullable(),
    random: z.boolean(),
    tensors: list(z.string()),
  })
  .readonly();
const editEntry = z
  .strictObject({
    kind: z.string(),
    summary: z.string(),
    params_schema: json,
    axis: z.enum(["log", "linear", "none"]),
    units: list(z.enum(["raw", "resid"])),
    neutral: z.number().nullable(),
    tensors: list(z.string()),
  })
  .readonly();
const engineEntry = z.strictObject({ name, summary: z.string() }).readonly();
const catalogueReply = z
  .strictObject({ directions: list(directionEntry), edits: list(editEntry), engines: list(engineEntry) })
  .readonly();
export type UserFile = z.infer<typeof userFile>;
export type Catalogue = z.infer<typeof catalogueReply>;

const paramEntry = z.strictObject({ role: z.enum(["direction", "edit"]), ...component }).readonly();
const paramProblem = z.strictObject({ index: count, path: z.string(), message: z.string() }).readonly();
export type ParamEntry = z.infer<typeof paramEntry>;
export type ParamProblem = z.infer<typeof paramProblem>;

const tokenizeRequest = z
  .strictObject({
    model: z.strictObject({ ref: name, revision: z.string().nullable() }).readonly(),
    texts: list(text),
    chats: list(chatSchema),
  })
  .readonly();
const tokenizeReply = z
  .strictObject({
    texts: list(z.strictObject({ ids: list(count), tokens: list(z.string()) }).readonly()),
    chats: list(z.strictObject({ ids: list(count) }).readonly()),
    bos_id: count,
    end_ids: list(count),
  })
  .readonly();
export type TokenizeRequest = z.infer<typeof tokenizeRequest>;
export type TokenizeReply = z.infer<typeof tokenizeReply>;

const loadRequest = z.strictObject({ model: modelRequestSchema, norm_prompts: list(chatSchema) }).readonly();
const loadReply = z
  .strictObject({
    model_class: z.string(),
    parameters: count,
    layers: count,
    d_model: count,
    vocab_size: count,
    device: z.string(),
    dtype: z.string(),
    engine: z.string(),
    engine_reason: z.string(),
    fallback: z.boolean(),
    flops_per_token: z.number().positive(),
    matmul_flops: z.number().positive().nullable(),
    threads: count,
    revision: z.string().nullable(),
    hashes: z
      .strictObject({
        weights: z.string(),
        config: z.string(),
        tokenizer: z.string(),
        chat_template: z.string(),
      })
      .readonly(),
    resid_norms: list(z.number().nonnegative()),
    load_seconds: z.number().nonnegative(),
  })
  .readonly();
/** A model to load, and the prompts over which the median residual norms are measured. */
export type ModelLoad = z.infer<typeof loadRequest>;
export type Loaded = z.infer<typeof loadReply>;

const fitRequest = z
  .strictObject({
    vector: name,
    layer: count,
    direction: z.strictObject(component).readonly(),
    contrast: z
      .strictObject({
        positive: list(text, 1),
        negative: list(text, 1),
        position: z.enum(["last_token", "word"]),
      })
      .readonly()
      .nullable(),
    prompts: list(chatSchema, 1),
    seed,
  })
  .readonly();
const fitReply = z
  .strictObject({ vector: z.string(), norm: z.number().nonnegative().nullable(), info: json.readonly() })
  .readonly();
export type FitRequest = z.infer<typeof fitRequest>;
export type FitReply = z.infer<typeof fitReply>;

const putRequest = z.strictObject({ vector: name, layer: count }).readonly();

const accessibilityRequest = z
  .strictObject({ prompts: list(measuredPrompt, 1), right: list(someText), target: list(someText) })
  .readonly();
const accessibilityReply = z.strictObject({ error: list(z.string().nullable()), layers: count }).readonly();
export type AccessibilityRequest = z.infer<typeof accessibilityRequest>;
export type AccessibilityReply = z.infer<typeof accessibilityReply>;

const speedTestRequest = z
  .strictObject({ rows: z.int().positive().max(4096), new_tokens: z.int().min(2) })
  .readonly();
const rate = z.number().positive();
const speedTestReply = z
  .strictObject({
    bandwidth: rate,
    matmul_flops: rate,
    realised_rows: z.int().positive(),
    tokens_per_second: rate,
    step: z.strictObject({ rows: rate, flops: rate, bytes: rate }).readonly(),
    roofline: z
      .strictObject({ step_seconds: rate, tokens_per_second: rate, bound: z.enum(["arithmetic", "memory"]) })
      .readonly(),
    share: rate,
    seconds: z.number().nonnegative(),
  })
  .readonly();
export type SpeedTestRequest = z.infer<typeof speedTestRequest>;
export type SpeedTestReply = z.infer<typeof speedTestReply>;
const empty = z.strictObject({}).readonly();

const requestSchemas = {
  describe: describeRequest,
  check_params: z.strictObject({ entries: list(paramEntry) }).readonly(),
  tokenize: tokenizeRequest,
  load: loadRequest,
  fit: fitRequest,
  put: putRequest,
  generate: generateRequest,
  logprobs: logprobsRequest,
  calibrate: calibrateRequest,
  accessibility: accessibilityRequest,
  speed_test: speedTestRequest,
  stop: empty,
} as const;

const answerSchemas = {
  describe: catalogueReply,
  check_params: z.strictObject({ problems: list(paramProblem) }).readonly(),
  tokenize: tokenizeReply,
  load: loadReply,
  fit: fitReply,
  put: empty,
  generate: generateResult,
  logprobs: logprobsResult,
  calibrate: calibrateResult,
  accessibility: accessibilityReply,
  speed_test: speedTestReply,
  stop: empty,
} as const;

export type RequestType = keyof typeof requestSchemas;
export type RequestBody<T extends RequestType> = z.infer<(typeof requestSchemas)[T]>;
export type AnswerBody<T extends RequestType> = z.infer<(typeof answerSchemas)[T]>;

export const REQUESTS: { readonly [T in RequestType]: z.ZodType<RequestBody<T>> } = requestSchemas;
export const ANSWERS: { readonly [T in RequestType]: z.ZodType<AnswerBody<T>> } = answerSchemas;
