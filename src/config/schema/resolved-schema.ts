import { z } from "zod";
import { messageSchema, plainField } from "./fields.js";

const text = z.string();
const texts = z.array(text);
const samples = z.strictObject({ question: z.int().min(1), task: z.int().min(1) });
const position = z.enum(["last_token", "word"]);
const pair = z.strictObject({ positive: texts, negative: texts });
const auto = z.union([z.literal("auto"), z.int().min(1)]);

const unit = z.enum(["raw", "resid"]);

const component = z.strictObject({
  kind: text,
  params: z.record(text, z.json()),
  file: z.strictObject({ path: text, sha256: text }).nullable(),
});

const decoding = z.strictObject({
  temperature: z.number(),
  top_k: z.int(),
  top_p: z.number(),
  max_tokens: z.int(),
  stop: texts,
});

const method = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("activation"),
    name: text,
    role: z.enum(["method", "control"]),
    samples,
    direction: component,
    contrast: position.nullable(),
    edit: component,
    layers: z.union([z.literal("auto"), z.array(z.number())]),
    positions: z.enum(["all", "prompt", "content", "generated"]),
    strengths: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("grid"), unit, values: z.array(z.number()) }),
      z.strictObject({ kind: z.literal("search"), unit, from: z.number(), to: z.number() }),
    ]),
    draws: z.int().min(1),
    resample: z.enum(["none", "statements"]),
  }),
  z.strictObject({ kind: z.literal("prompt"), name: text, role: z.enum(["method", "control"]), samples }),
]);

const question = z.strictObject({
  id: text,
  domain: text.nullable(),
  messages: z.array(messageSchema),
  right: texts,
  target: texts,
  others: texts,
  contrast: z.strictObject({ last_token: pair.exactOptional(), word: pair.exactOptional() }),
  forcedChoice: z.strictObject({ prefix: text, right: text, target: text }).nullable(),
  instruction: text.nullable(),
});

const task = z.strictObject({
  id: text,
  messages: z.array(messageSchema),
  function: text,
  cases: z.array(z.strictObject({ args: z.array(plainField), value: plainField })),
  reference: text,
  wrong: texts,
});

/** An experiment as `config.resolved.yaml` holds it: the type `Experiment`, key by key. */
export const resolvedSchema = z.strictObject({
  name: text,
  description: text.nullable(),
  models: z.array(
    z.strictObject({
      name: text,
      ref: text,
      source: z.enum(["folder", "hub"]),
      revision: text.nullable(),
      parameters: z.int().nullable(),
    }),
  ),
  questions: z.array(question),
  development: z.array(question),
  capabilities: z.array(z.strictObject({ id: text, kind: z.literal("python"), tasks: z.array(task) })),
  // Runs of earlier versions have none.
  scorers: z.array(z.strictObject({ name: text })).default([]),
  methods: z.array(method),
  baseline: samples,
  decoding: z.strictObject({ question: decoding, task: decoding }),
  measurements: z.array(z.literal("answer_logprobs")),
  seed: z.int(),
  execution: z.strictObject({
    device: text,
    dtype: z.enum(["auto", "float32", "bfloat16"]),
    engine: text,
    rows: auto,
    threads: auto,
    workers: auto,
    block: z.int().min(1),
  }),
  design: z.strictObject({
    precision: z.number(),
    window_samples: z.int(),
    max_samples: z.int().nullable(),
    max_minutes: z.number().nullable(),
  }),
  analysis: z.strictObject({
    target_threshold: z.number(),
    capability_threshold: z.number(),
    frontier_loss: z.number(),
    frontier_losses: z.array(z.number()),
    primary: z.enum(["width", "frontier", "safety"]),
    smallest_slope: z.strictObject({ width: z.number(), safety: z.number(), frontier: z.number() }),
    contrasts: z.array(z.strictObject({ method: text, against: text })),
    confidence: z.number(),
    bootstrap: z.int(),
  }),
});
