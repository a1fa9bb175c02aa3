import { z } from "zod";
import { LIMITS } from "../limits.js";
import { messagesField, nameField, textField } from "./fields.js";

const pairSchema = z.strictObject({
  positive: z
    .array(textField)
    .min(1)
    .max(LIMITS.statements)
    .describe("Statements of the answer that is steered to."),
  negative: z
    .array(textField)
    .min(1)
    .max(LIMITS.statements)
    .describe("The same statements of the other pole."),
});

/** A question file, `configs/questions/**.yaml`. */
export const questionSchema = z.strictObject({
  id: nameField.optional().describe("Default: the file's name."),
  domain: nameField.optional(),
  messages: messagesField,
  right: z.array(textField).min(1).max(LIMITS.list).describe("Names of the right answer."),
  target: z.array(textField).min(1).max(LIMITS.list).describe("Names of the answer that is steered to."),
  others: z.array(textField).max(LIMITS.list).optional().describe("Names of other wrong answers."),
  contrast: z
    .strictObject({ last_token: pairSchema.optional(), word: pairSchema.optional() })
    .optional()
    .describe("Statements, by the position at which they are read."),
  forced_choice: z
    .strictObject({ prefix: textField, right: textField, target: textField })
    .optional()
    .describe("Beginning of a response, and the two continuations whose log-probability is read."),
  instruction: textField.optional().describe("What the method `prompt` puts into the messages."),
  entails: nameField.optional().describe("For readers: the question from whose answer this one's follows."),
  hazy: z
    .record(textField, z.number().gt(0).lt(1))
    .optional()
    .describe("For readers: the shares in which a training corpus states each answer."),
});
