import { z } from "zod";
import { resolvedAnalysisSchema } from "./analysis-schema.js";
import { messageSchema, plainField } from "./fields.js";
import { decodingSchema, designSchema, executionSchema } from "./run-schema.js";

const text = z.string();
const texts = z.array(text);
/** Samples of a question's prompt, and of each capability task, in one cell. */
const samples = z.strictObject({ question: z.int().min(1), task: z.int().min(1) });
const position = z.enum(["last_token", "word"]);
const pair = z.strictObject({ positive: texts, negative: texts });
const unit = z.enum(["raw", "resid"]);

const component = z.strictObject({
  /** Registered kind, or the absolute path of a user's file. */
  kind: text,
  params: z.record(text, z.unknown()),
  /**
   * For a user's file, and for the file that `vector_file` reads (`params.path`, absolute): its sha256, and the path as
   * the config names it.
   */
  file: z.strictObject({ path: text, sha256: text }).nullable(),
});

const named = {
  /** Unique in the experiment: the column `method`. */
  name: text,
  role: z.enum(["method", "control"]),
  samples,
};

const method = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("activation"),
    ...named,
    direction: component,
    /** Position of the statements that the direction is given; null for none. */
    contrast: position.nullable(),
    edit: component,
    /** Each an index (integer) or a fraction of depth in (0, 1); "auto" is chosen on the development questions. */
    layers: z.union([z.literal("auto"), z.array(z.number())]),
    positions: z.enum(["all", "prompt", "content", "generated"]),
    /** Fixed, ascending, or found by the run itself, round by round, between two ends. */
    strengths: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("grid"), unit, values: z.array(z.number()) }),
      z.strictObject({ kind: z.literal("search"), unit, from: z.number(), to: z.number() }),
    ]),
    /** Vectors fitted per question and layer: random directions, or fits to resampled statements. */
    draws: z.int().min(1),
    /** What each draw after the first is fitted to: the same statements, or as many drawn from them with replacement. */
    resample: z.enum(["none", "statements"]),
  }),
  z.strictObject({ kind: z.literal("prompt"), ...named }),
]);

const question = z.strictObject({
  id: text,
  domain: text.nullable(),
  messages: z.array(messageSchema),
  right: texts,
  target: texts,
  others: texts,
  /** Statements to read, by the position they are read at. */
  contrast: z.strictObject({ last_token: pair.exactOptional(), word: pair.exactOptional() }),
  forcedChoice: z.strictObject({ prefix: text, right: text, target: text }).nullable(),
  /** What the `prompt` method puts into the messages. */
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

const model = z.strictObject({
  /** Short name, unique in the experiment: the column `model`. */
  name: text,
  /** Absolute folder, or hub id. */
  ref: text,
  source: z.enum(["folder", "hub"]),
  revision: text.nullable(),
  /** Parameter count given by the config; null takes it from the model's shape. */
  parameters: z.int().nullable(),
});

/** A resolved experiment, as `config.resolved.yaml` holds it: everything inlined, nothing left to a default. */
export const resolvedSchema = z.strictObject({
  name: text,
  description: text.nullable(),
  models: z.array(model),
  questions: z.array(question),
  /** Questions that layers are chosen on; none of them is reported. */
  development: z.array(question),
  capabilities: z.array(z.strictObject({ id: text, kind: z.literal("python"), tasks: z.array(task) })),
  /** Those that a config names beside the ones that every run has; runs of earlier versions have none. */
  scorers: z
    .array(
      z.strictObject({
        /** As in the column `scorer`. */
        name: text,
        /** The user's own Python file, by its absolute path; null for one of this program's. */
        file: z.strictObject({ path: text, sha256: text }).nullable(),
      }),
    )
    .default([]),
  methods: z.array(method),
  baseline: samples,
  decoding: z.strictObject({ question: decodingSchema, task: decodingSchema }),
  measurements: z.array(z.literal("answer_logprobs")),
  seed: z.int(),
  execution: executionSchema,
  design: designSchema,
  analysis: resolvedAnalysisSchema,
});
