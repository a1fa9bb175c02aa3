import { z } from "zod";

/** What the schemas of several requests are made of. */

export const count = z.int().nonnegative();
export const seed = count.max(0xffffffff);
export const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();
export const json = z.record(z.string(), z.json());

const messageSchema = z
  .strictObject({ role: z.enum(["system", "user", "assistant"]), content: z.string() })
  .readonly();
export const chatSchema = list(messageSchema);

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** A file of the user's that the worker reads, only while it has this sha256. */
export const userFile = z.strictObject({ path: z.string().min(1), sha256 }).readonly();

/** A direction or an edit: its kind and parameters, and the sha256 of the user's file that one of them names. */
export const component = {
  kind: z.string().min(1),
  params: z.record(z.string(), z.unknown()).readonly(),
  sha256: sha256.nullable(),
};

export const measuredPrompt = z.strictObject({ messages: chatSchema, prefix: z.string() }).readonly();
