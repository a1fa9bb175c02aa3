import { z } from "zod";

/** Requests and their answers; docs/protocol.md says what each field means. */

const count = z.int().nonnegative();
const seed = count.max(0xffffffff);
const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();
const json = z.record(z.string(), z.json());

const messageSchema = z
  .strictObject({ role: z.enum(["system", "user", "assistant"]), content: z.string() })
  .readonly();
const chatSchema = list(messageSchema);

export const modelRequestSchema = z
  .strictObject({
    ref: z.string().min(1),
    revision: z.string().nullable(),
    device: z.string().min(1),
    dtype: z.enum(["auto", "float32", "bfloat16"]),
    engine: z.enum(["auto", "transformer_lens"]),
    threads: z.int().positive().nullable(),
  })
  .readonly();
export type ModelRequest = z.infer<typeof modelRequestSchema>;

const describeRequest = z.strictObject({ user_methods: list(z.string()) }).readonly();
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
const catalogueReply = z
  .strictObject({ directions: list(directionEntry), edits: list(editEntry) })
  .readonly();
export type DirectionEntry = z.infer<typeof directionEntry>;
export type EditEntry = z.infer<typeof editEntry>;
export type Catalogue = z.infer<typeof catalogueReply>;

const component = { kind: z.string(), params: z.record(z.string(), z.unknown()).readonly() };
const paramEntry = z.strictObject({ role: z.enum(["direction", "edit"]), ...component }).readonly();
const paramProblem = z.strictObject({ index: count, path: z.string(), message: z.string() }).readonly();
export type ParamEntry = z.infer<typeof paramEntry>;
export type ParamProblem = z.infer<typeof paramProblem>;

const tokenizeRequest = z
  .strictObject({
    model: z.strictObject({ ref: z.string().min(1), revision: z.string().nullable() }).readonly(),
    texts: list(z.string()),
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
    vector: z.string().min(1),
    layer: count,
    direction: z.strictObject(component).readonly(),
    contrast: z
      .strictObject({
        positive: list(z.string()),
        negative: list(z.string()),
        position: z.enum(["last_token", "word"]),
      })
      .readonly()
      .nullable(),
    prompts: list(chatSchema),
    seed,
  })
  .readonly();
const fitReply = z
  .strictObject({ vector: z.string(), norm: z.number().nonnegative().nullable(), info: json.readonly() })
  .readonly();
export type FitRequest = z.infer<typeof fitRequest>;
export type FitReply = z.infer<typeof fitReply>;

const putRequest = z.strictObject({ vector: z.string().min(1), layer: count }).readonly();

const appliedEdit = z
  .strictObject({
    vector: z.string(),
    layer: count,
    edit: z.strictObject(component).readonly(),
    positions: z.enum(["all", "prompt", "content", "generated"]),
  })
  .readonly();
const decoding = z
  .strictObject({
    temperature: z.number().nonnegative(),
    top_k: count,
    top_p: z.number().min(0).max(1),
    max_tokens: z.int().positive(),
    stop: list(z.string()),
  })
  .readonly();
const generateRequest = z
  .strictObject({
    rows: z.int().positive(),
    seed,
    prompts: list(z.strictObject({ messages: chatSchema }).readonly()),
    edits: list(appliedEdit),
    decodings: list(decoding),
    samples: z
      .strictObject({
        id: list(z.string()),
        prompt: list(count),
        edit: list(z.int().min(-1)),
        strength: list(z.number()),
        decoding: list(count),
      })
      .readonly(),
  })
  .readonly();
const generateResult = z
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
  })
  .readonly();
export type GenerateBody = z.infer<typeof generateRequest>;
export type GenerateReply = z.infer<typeof generateResult>;

const measuredPrompt = z.strictObject({ messages: chatSchema, prefix: z.string() }).readonly();
const logprobsRequest = z
  .strictObject({
    rows: z.int().positive(),
    prompts: list(measuredPrompt),
    edits: list(appliedEdit),
    items: z
      .strictObject({
        id: list(z.string()),
        prompt: list(count),
        edit: list(z.int().min(-1)),
        strength: list(z.number()),
        continuation: list(z.string()),
      })
      .readonly(),
  })
  .readonly();
const logprobsResult = z
  .strictObject({
    items: z.strictObject({ n_tokens: list(count), error: list(z.string().nullable()) }).readonly(),
    realised_rows: z.int().positive(),
    seconds: z.number().nonnegative(),
  })
  .readonly();
export type LogprobsBody = z.infer<typeof logprobsRequest>;
export type LogprobsReply = z.infer<typeof logprobsResult>;

const calibrateRequest = z
  .strictObject({
    rows: z.int().positive(),
    texts: list(z.string().min(1)).refine((texts) => texts.length > 0, "at least one text"),
    edits: list(appliedEdit),
    items: z.strictObject({ id: list(z.string()), edit: list(count), strength: list(z.number()) }).readonly(),
  })
  .readonly();
const calibrateResult = z
  .strictObject({
    items: z.strictObject({ error: list(z.string().nullable()) }).readonly(),
    realised_rows: z.int().positive(),
    seconds: z.number().nonnegative(),
  })
  .readonly();
export type CalibrateBody = z.infer<typeof calibrateRequest>;
export type CalibrateReply = z.infer<typeof calibrateResult>;

const accessibilityRequest = z
  .strictObject({ prompts: list(measuredPrompt), right: list(z.string()), target: list(z.string()) })
  .readonly();
const accessibilityReply = z.strictObject({ error: list(z.string().nullable()), layers: count }).readonly();
export type AccessibilityRequest = z.infer<typeof accessibilityRequest>;
export type AccessibilityReply = z.infer<typeof accessibilityReply>;

const residualsRequest = z
  .strictObject({
    texts: list(z.string()),
    chats: list(chatSchema),
    layers: list(count),
    position: z.enum(["last_token", "word", "mean", "all"]),
  })
  .readonly();
const residualsReply = z
  .strictObject({ rows: list(z.strictObject({ source: z.string(), n_positions: count }).readonly()) })
  .readonly();
const empty = z.strictObject({}).readonly();

const requestSchemas = {
  describe: describeRequest,
  check_params: z.strictObject({ entries: list(paramEntry) }).readonly(),
  tokenize: tokenizeRequest,
  load: loadRequest,
  fit: fitRequest,
  put: putRequest,
  residuals: residualsRequest,
  generate: generateRequest,
  logprobs: logprobsRequest,
  calibrate: calibrateRequest,
  accessibility: accessibilityRequest,
  stop: empty,
} as const;

const answerSchemas = {
  describe: catalogueReply,
  check_params: z.strictObject({ problems: list(paramProblem) }).readonly(),
  tokenize: tokenizeReply,
  load: loadReply,
  fit: fitReply,
  put: empty,
  residuals: residualsReply,
  generate: generateResult,
  logprobs: logprobsResult,
  calibrate: calibrateResult,
  accessibility: accessibilityReply,
  stop: empty,
} as const;

export type RequestType = keyof typeof requestSchemas;
export type RequestBody<T extends RequestType> = z.infer<(typeof requestSchemas)[T]>;
export type AnswerBody<T extends RequestType> = z.infer<(typeof answerSchemas)[T]>;

export const REQUESTS: { readonly [T in RequestType]: z.ZodType<RequestBody<T>> } = requestSchemas;
export const ANSWERS: { readonly [T in RequestType]: z.ZodType<AnswerBody<T>> } = answerSchemas;
