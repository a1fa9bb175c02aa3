import { z } from "zod";
import { LIMITS } from "../limits.js";

/** Fields that several schemas share. No transforms: a JSON Schema is generated from all of them. */

/** What docs/config.md shows as a key's default where the schema has no value for it. */
export const shownDefault = z.registry<{ readonly text: string }>();

export const nameField = z
  .string()
  .max(LIMITS.nameLength)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "letters, digits, dots, dashes and underscores");

export const textField = z.string().min(1).max(LIMITS.textLength);

export const messageSchema = z.strictObject({
  role: z.enum(["system", "user", "assistant"]),
  content: textField,
});

export const messagesField = z.array(messageSchema).min(1).max(LIMITS.messages);

/** What JSON can say, with whole numbers of any size: arguments and values of a task's cases. */
export const plainField: z.ZodType<unknown> = z.lazy(() =>
  z.union([
    z.string(),
    z.number(),
    z.bigint(),
    z.boolean(),
    z.null(),
    z.array(plainField),
    z.record(z.string(), plainField),
  ]),
);

/** Samples of a cell where a config leaves them out. */
export const DEFAULT_SAMPLES = Object.freeze({ question: 16, task: 4 });

const count = z.int().min(1).max(LIMITS.cellSamples);

export const samplesSchema = z.strictObject({
  question: count.optional().describe("Samples of a question prompt in one cell."),
  task: count.optional().describe("Samples of each capability task in one cell."),
});

const strength = z.number().min(LIMITS.strength.least).max(LIMITS.strength.most);

const strengthsMap = z.strictObject({
  unit: z
    .enum(["raw", "resid"])
    .describe("raw: multiples of the vector. resid: shares of the median residual norm at the layer."),
  values: z
    .array(strength)
    .min(1)
    .max(LIMITS.strengths)
    .optional()
    .describe("Ascending; instead of from, to and count."),
  from: strength.optional(),
  to: strength.optional(),
  count: z.int().min(2).max(LIMITS.strengths).optional(),
  spacing: z
    .enum(["log", "linear", "auto"])
    .optional()
    .describe("auto: searched between from and to, without count. Default log."),
});

export const strengthsSchema = z
  .union([z.enum(["auto"]), strengthsMap])
  .describe(
    "auto (searched from 0.03125 to 32 resid), {unit, from, to, spacing: auto}, or fixed strengths: {unit, values} or {unit, from, to, count, spacing}. Default auto.",
  );

export const layersField = z
  .union([z.enum(["auto"]), z.array(z.number().min(0)).min(1).max(LIMITS.layers)])
  .describe(
    "Blocks whose output is edited: indices from 0, or fractions of depth between 0 and 1. auto: one, chosen on the development questions. Default auto.",
  );

export const positionsField = z
  .enum(["all", "prompt", "content", "generated"])
  .describe("Positions that are edited; never <bos>. Default all.");
