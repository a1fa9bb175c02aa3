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

/** A preset file, `configs/methods/*.yaml`. */
export const methodSchema = z.strictObject({
  name: nameField.optional().describe("Default: the file's name."),
  kind: z.enum(["activation", "prompt"]).optional().describe("Default activation."),
  role: z.enum(["method", "control"]).optional().describe("Default method."),
  direction: componentSchema.optional(),
  contrast: z
    .enum(["last_token", "word", "none"])
    .optional()
    .describe(
      "Statements that the direction is given. Default: the direction's `position`, else last_token.",
    ),
  edit: componentSchema.optional().describe("Default add."),
  draws: z
    .int()
    .min(1)
    .max(LIMITS.draws)
    .optional()
    .describe("Vectors fitted per question and layer: of random directions, or with `resample`. Default 1."),
  resample: z
    .enum(["none", "statements"])
    .optional()
    .describe(
      "statements: every draw but the first is fitted to as many statements, drawn with replacement. Default none.",
    ),
  layers: layersField.optional(),
  positions: positionsField.optional(),
  strengths: strengthsSchema.optional(),
  samples: samplesSchema.optional(),
});

/** A method in an experiment: a preset with changes, or a complete method. */
export const inlineMethodSchema = methodSchema.extend({
  preset: textField
    .optional()
    .describe("Name of a file in configs/methods, or a path; the other keys override it."),
});
