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

/** A direction or an edit: its kind and parameters. */
export const component = { kind: z.string(), params: z.record(z.string(), z.unknown()).readonly() };

export const measuredPrompt = z.strictObject({ messages: chatSchema, prefix: z.string() }).readonly();
