import { z } from "zod";
import { LIMITS } from "../limits.js";
import {
  layersField,
  nameField,
  positionsField,
  samplesSchema,
  strengthsSchema,
  textField,
} from "./fields.js";
import { inlineMethodSchema } from "./method-schema.js";

export const modelSchema = z.union([
  textField,
  z.strictObject({
    model: textField.describe("A folder, or a hub id."),
    name: nameField.optional().describe("Default: the last part of the folder or hub id."),
    revision: textField.optional().describe("Commit, tag or branch of a hub id."),
    parameters: z
      .int()
      .min(1)
      .max(LIMITS.parameters)
      .optional()
      .describe("Default: counted from the model's config."),
  }),
]);

const decodingSchema = z.strictObject({
  temperature: z.number().min(0).max(100).optional().describe("0 is greedy. Default 1."),
  top_k: z.int().min(0).max(LIMITS.tokens).optional().describe("0 is off. Default 0."),
  top_p: z.number().gt(0).max(1).optional().describe("1 is off. Default 1."),
  max_tokens: z.int().min(1).max(LIMITS.tokens).optional().describe("Default 256."),
  stop: z.array(textField).max(LIMITS.list).optional().describe("Strings that end a response. Default none."),
});

const autoOr = <Schema extends z.ZodType>(schema: Schema) => z.union([z.enum(["auto"]), schema]);

const executionSchema = z.strictObject({
  device: z
    .string()
    .regex(/^(auto|cpu|mps|cuda(:\d+)?)$/, "auto, cpu, mps, cuda or cuda:N")
    .optional(),
  dtype: z.enum(["auto", "float32", "bfloat16"]).optional(),
  engine: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,63}$/, "the name of an engine, such as auto, batched or transformer_lens")
    .optional()
    .describe("auto, batched, transformer_lens, or another engine that the worker has."),
  rows: autoOr(z.int().min(1).max(LIMITS.rows)).optional().describe("Rows decoded at a time."),
  threads: autoOr(z.int().min(1).max(LIMITS.processes)).optional().describe("CPU threads of a worker."),
  workers: autoOr(z.int().min(1).max(LIMITS.processes)).optional(),
  block: z
    .int()
    .min(1)
    .max(LIMITS.block)
    .optional()
    .describe("Samples a block, the unit of work. Default 512."),
});

export const methodEntrySchema = z.union([textField, inlineMethodSchema]);

const designSchema = z.strictObject({
  precision: z
    .number()
    .min(LIMITS.octaves.least)
    .max(LIMITS.octaves.most)
    .optional()
    .describe("Octaves: a window is narrow enough when its interval is at most this wide. Default 0.4."),
  window_samples: z
    .int()
    .min(1)
    .max(LIMITS.windowSamples)
    .optional()
    .describe("Samples that one window may take before it is given up as not reached. Default 1600."),
  max_samples: z
    .int()
    .min(1)
    .max(LIMITS.planSamples)
    .nullable()
    .optional()
    .describe("Samples of the whole run; null for no limit. Default null."),
  max_minutes: z
    .number()
    .positive()
    .max(LIMITS.minutes)
    .nullable()
    .optional()
    .describe("Turned into samples once, at a run's first start; null for no limit. Default null."),
});

const share = z.number().gt(0).lt(1);

const analysisSchema = z.strictObject({
  target_threshold: share.optional().describe("Onset: target rate at or above this. Default 0.5."),
  capability_threshold: share
    .optional()
    .describe("Collapse: capability at or below this share of the model's own baseline. Default 0.9."),
  frontier_loss: share
    .optional()
    .describe("Capability loss that the headline frontier allows. Default 0.05."),
  frontier_losses: z
    .array(share)
    .min(1)
    .max(LIMITS.list)
    .optional()
    .describe(
      "Losses at which the frontier is reported; ascending. Default 0.02, 0.05, 0.1 and frontier_loss.",
    ),
  primary: z
    .enum(["width", "frontier", "safety"])
    .optional()
    .describe("The estimand that the experiment is about; the others are secondary. Default width."),
  smallest_slope: z
    .strictObject({
      width: z.number().positive().optional(),
      safety: z.number().positive().optional(),
      frontier: z.number().positive().optional(),
    })
    .optional()
    .describe(
      "Slopes per doubling of parameters nearer to 0 than these are of no interest to the trend's verdict: octaves of width and safety, target rate of the frontier. Default 0.1, 0.1 and 0.02.",
    ),
  contrasts: z
    .array(z.strictObject({ method: nameField, against: nameField }))
    .max(LIMITS.list)
    .optional()
    .describe("Pairs of methods to compare; any other comparison is exploratory. Default none."),
  confidence: share.optional().describe("Of the intervals. Default 0.95."),
  bootstrap: z.int().min(100).max(100000).optional().describe("Resamples. Default 2000."),
});

/** An experiment file, `configs/experiments/*.yaml`. */
export const experimentSchema = z.strictObject({
  name: nameField.describe("Names the run's folder."),
  description: textField.optional(),
  models: z.array(modelSchema).min(1).max(LIMITS.models),
  questions: z
    .array(textField)
    .min(1)
    .max(LIMITS.questions)
    .describe("Names of files below configs/questions, or paths relative to this file."),
  development: z
    .array(textField)
    .min(1)
    .max(LIMITS.questions)
    .optional()
    .describe(
      "Questions that layers are chosen on, none of them reported. Default where layers are auto: the last third of `questions`.",
    ),
  capabilities: z
    .array(textField)
    .min(1)
    .max(LIMITS.capabilities)
    .describe("Names of files below configs/capabilities, or paths relative to this file."),
  scorers: z
    .array(nameField)
    .min(1)
    .max(LIMITS.list)
    .optional()
    .describe("Scorers beside those that every run has, as refusal. Default none."),
  methods: z
    .array(methodEntrySchema)
    .min(1)
    .max(LIMITS.methods)
    .describe("Names of presets in configs/methods, or maps."),
  layers: layersField.optional(),
  positions: positionsField.optional(),
  strengths: strengthsSchema.optional(),
  samples: samplesSchema.optional().describe("Of a cell. Default {question: 16, task: 4}."),
  baseline: samplesSchema.optional().describe("Samples of an unsteered cell. Default: four times `samples`."),
  decoding: z
    .strictObject({ question: decodingSchema.optional(), task: decodingSchema.optional() })
    .optional(),
  measurements: z
    .array(z.enum(["answer_logprobs"]))
    .optional()
    .describe("Default [answer_logprobs]."),
  seed: z.int().min(0).max(LIMITS.seed).optional().describe("Default 0."),
  execution: executionSchema.optional(),
  design: designSchema.optional().describe("How searched strengths spend samples, and when they stop."),
  analysis: analysisSchema.optional(),
});

export type ExperimentInput = z.output<typeof experimentSchema>;
