import { z } from "zod";
import { LIMITS } from "../limits.js";
import {
  layersField,
  nameField,
  positionsField,
  samplesSchema,
  shownDefault,
  strengthsSchema,
  textField,
} from "./fields.js";

/** A direction or an edit: a registered kind, a user's `./file.py`, or a map with parameters. */
export const componentSchema = z.union([
  textField,
  z
    .object({
      kind: textField.optional().describe("A registered kind; `steering-window methods` lists them."),
      file: textField.optional().describe("A Python file of your own, relative to this file."),
    })
    .catchall(z.json()),
]);

/** Defaults of the keys that neither a method, its preset nor the experiment states. */
export const METHOD_DEFAULTS = Object.freeze({
  kind: "activation",
  role: "method",
  edit: "add",
  layers: "auto",
  positions: "all",
  draws: 1,
  resample: "none",
});

const INHERITED = { text: "the experiment's" };

/** A preset file, `configs/methods/*.yaml`. */
export const methodSchema = z.strictObject({
  name: nameField
    .optional()
    .describe("the column `method`; unique")
    .register(shownDefault, { text: "the preset's" }),
  kind: z
    .enum(["activation", "prompt"])
    .optional()
    .describe(
      "`prompt` puts the question's instruction into the messages and edits nothing; only `name`, `role` and `samples` apply to it",
    )
    .register(shownDefault, { text: `\`${METHOD_DEFAULTS.kind}\`` }),
  role: z
    .enum(["method", "control"])
    .optional()
    .describe("`control`: methods are compared with it; it chooses no layer")
    .register(shownDefault, { text: `\`${METHOD_DEFAULTS.role}\`` }),
  direction: componentSchema
    .optional()
    .describe(
      "a [direction](methods.md#directions), your own `./file.py`, or a map of `kind` (or `file`) and its parameters",
    )
    .register(shownDefault, { text: "required" }),
  contrast: z
    .enum(["last_token", "word", "none"])
    .optional()
    .describe("statements that the direction receives: `last_token`, `word` or `none`")
    .register(shownDefault, { text: "the direction's `position`, else `last_token`" }),
  edit: componentSchema
    .optional()
    .describe("an [edit](methods.md#edits), likewise")
    .register(shownDefault, { text: `\`${METHOD_DEFAULTS.edit}\`` }),
  draws: z
    .int()
    .min(1)
    .max(LIMITS.draws)
    .optional()
    .describe("vectors fitted per question and layer, for a random direction or with `resample`")
    .register(shownDefault, { text: `${METHOD_DEFAULTS.draws}` }),
  resample: z
    .enum(["none", "statements"])
    .optional()
    .describe("`statements`: see below")
    .register(shownDefault, { text: `\`${METHOD_DEFAULTS.resample}\`` }),
  layers: layersField.optional().describe("as above").register(shownDefault, INHERITED),
  positions: positionsField.optional().describe("as above").register(shownDefault, INHERITED),
  strengths: strengthsSchema.optional().describe("as above").register(shownDefault, INHERITED),
  samples: samplesSchema.optional().describe("as above").register(shownDefault, INHERITED),
});

/** A method in an experiment: a preset with changes, or a complete method. */
export const inlineMethodSchema = z.strictObject({
  preset: textField.optional().describe("a file in `configs/methods`, or a path; the other keys override it"),
  ...methodSchema.shape,
});
