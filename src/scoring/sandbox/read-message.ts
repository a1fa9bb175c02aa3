import { z } from "zod";

import type { FromChild } from "./messages.js";

const endingSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("returned") }),
  z.strictObject({ kind: z.literal("exited"), code: z.number() }),
  z.strictObject({ kind: z.literal("overflow") }),
  z.strictObject({ kind: z.literal("trapped"), detail: z.string() }),
]);

/** What a sandbox process sends: it runs hostile code, so its messages are checked. */
export const fromChildSchema: z.ZodType<FromChild> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("ready"), cpu: z.number() }),
  z.strictObject({ kind: z.literal("wrote"), id: z.number(), text: z.string().nullable() }),
  z.strictObject({
    kind: z.literal("ended"),
    id: z.number(),
    cpu: z.number(),
    ending: endingSchema,
    last: z.string().nullable(),
  }),
]);

const reportSchema = z.union([
  z.strictObject({ stopped: z.string() }),
  z.strictObject({ absent: z.literal(true) }),
  z.strictObject({
    results: z.array(z.tuple([z.enum(["value", "raised", "unplain"]), z.unknown()])),
  }),
]);

/** What the runner reports of one program. The program may have forged it: nothing in it is believed beyond its values. */
export type ProgramReport = z.infer<typeof reportSchema>;

/** Null where a report is none. */
export function parseReport(text: string | null): ProgramReport | null {
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = reportSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}
