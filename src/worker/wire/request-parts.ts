import { z } from "zod";

/** What the schemas of several requests are made of. */

export const count = z.int().nonnegative();
export const seed = count.max(0xffffffff);
export const list = <T extends z.ZodType>(item: T, least = 0) => z.array(item).min(least).readonly();
/** What a reader or a model reads, and what is named: as long as the worker takes them. */
export const text = z.string().max(1_000_000);
export const someText = text.min(1);
export const name = z.string().min(1).max(1024);
export const json = z.record(z.string(), z.json());

const messageSchema = z
  .strictObject({ role: z.enum(["system", "user", "assistant"]), content: text })
  .readonly();
export const chatSchema = list(messageSchema, 1);

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** A file of the user's that the worker reads, only while it has this sha256. */
export const userFile = z.strictObject({ path: name, sha256 }).readonly();

/** A direction or an edit: its kind and parameters, and the sha256 of the user's file that one of them names. */
export const component = {
  kind: name,
  params: z.record(z.string(), z.unknown()).readonly(),
  sha256: sha256.nullable(),
};

export const measuredPrompt = z.strictObject({ messages: chatSchema, prefix: text }).readonly();
