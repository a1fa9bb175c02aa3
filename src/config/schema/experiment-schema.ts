import { z } from "zod";
import { LIMITS } from "../limits.js";
import { analysisSchema } from "./analysis-schema.js";
import {
  DEFAULT_SAMPLES,
  layersField,
  nameField,
  positionsField,
  samplesSchema,
  shownDefault,
  strengthsSchema,
  textField,
} from "./fields.js";
import { inlineMethodSchema, METHOD_DEFAULTS } from "./method-schema.js";
import { decodingSchema, designSchema, executionSchema } from "./run-schema.js";

export const modelMap = z.strictObject({
  model: textField.describe("a folder with `config.json` and safetensors, or a hub id"),
  name: nameField
    .optional()
    .describe("the column `model`; unique")
    .register(shownDefault, { text: "last part of it" }),
  revision: textField
    .optional()
    .describe("commit, tag or branch of a hub id")
    .register(shownDefault, { text: "the newest" }),
  parameters: z
    .int()
    .min(1)
    .max(LIMITS.parameters)
    .optional()
    .describe("parameter count, by which the ladder is ordered")
    .register(shownDefault, { text: "counted from `config.json`" }),
});
export const modelSchema = z.union([textField, modelMap]);

export const methodEntrySchema = z.union([textField, inlineMethodSchema]);

/** An experiment file, `configs/experiments/*.yaml`. */
export const experimentSchema = z.strictObject({
  name: nameField.describe(
    "letters, digits, dots, dashes and underscores; the start of the name of the run's folder",
  ),
  description: textField.optional().describe("text that is kept with the run"),
  models: z
    .array(modelSchema)
    .min(1)
    .max(LIMITS.models)
    .describe(
      "the ladder: folders (relative to the working directory, this file or the repository) or hub ids, or [maps](#models)",
    ),
  questions: z
    .array(textField)
    .min(1)
    .max(LIMITS.questions)
    .describe(
      "names of [question files](questions.md) below `configs/questions`, or paths that end in `.yaml`, relative to this file. These are reported",
    ),
  development: z
    .array(textField)
    .min(1)
    .max(LIMITS.questions)
    .optional()
    .describe("likewise: questions on which layers are chosen; never reported")
    .register(shownDefault, { text: "see [below](#layers-and-development-questions)" }),
  capabilities: z
    .array(textField)
    .min(1)
    .max(LIMITS.capabilities)
    .describe(
      "names of [capability files](questions.md#capabilities) below `configs/capabilities`, or paths. The search for strengths uses the first",
    ),
  scorers: z
    .array(textField)
    .min(1)
    .max(LIMITS.list)
    .optional()
    .describe(
      "[optional scorers](scorers.md#optional-scorers) by name and [your own](scorers.md#your-own-scorer) by path, applied beside those that every run has",
    ),
  methods: z
    .array(methodEntrySchema)
    .min(1)
    .max(LIMITS.methods)
    .describe("names of presets in `configs/methods`, paths, or [maps](#methods)"),
  layers: layersField
    .optional()
    .describe(
      "[which blocks](#layers-and-development-questions) are edited, for every method that does not state its own",
    )
    .register(shownDefault, { text: `\`${METHOD_DEFAULTS.layers}\`` }),
  positions: positionsField
    .optional()
    .describe(
      "`all` (never `<bos>`), `prompt`, `content` (the user's words) or `generated`, for every method that does not state its own",
    )
    .register(shownDefault, { text: `\`${METHOD_DEFAULTS.positions}\`` }),
  strengths: strengthsSchema
    .optional()
    .describe("[searched or fixed](#strengths), for every method that does not state its own")
    .register(shownDefault, { text: "`auto`" }),
  samples: samplesSchema
    .optional()
    .describe(
      "samples of one cell where strengths are fixed: `question`, of the question; `task`, of each task. Searched strengths get as many as the design asks for",
    )
    .register(shownDefault, {
      text: `\`{question: ${DEFAULT_SAMPLES.question}, task: ${DEFAULT_SAMPLES.task}}\``,
    }),
  baseline: samplesSchema
    .optional()
    .describe("the same for the unsteered model, once for all methods")
    .register(shownDefault, { text: "four times `samples`" }),
  decoding: z
    .strictObject({ question: decodingSchema.prefault({}), task: decodingSchema.prefault({}) })
    .prefault({})
    .describe("`question` and `task`, [each](#decoding)"),
  measurements: z
    .array(z.enum(["answer_logprobs"]))
    .default(["answer_logprobs"])
    .describe(
      "what is measured beside samples: log-probabilities of both answers, where a question has a forced choice. `[]` measures nothing",
    ),
  seed: z
    .int()
    .min(0)
    .max(LIMITS.seed)
    .default(0)
    .describe("seed of samples, random directions, resampled statements and intervals"),
  execution: executionSchema.prefault({}).describe("[how the experiment is carried out](#execution)"),
  design: designSchema.prefault({}).describe("[how searched strengths spend samples](#design)"),
  analysis: analysisSchema
    .prefault({})
    .describe("[what is concluded from the samples](#analysis), stated before there are data"),
});

export type ExperimentInput = z.output<typeof experimentSchema>;
