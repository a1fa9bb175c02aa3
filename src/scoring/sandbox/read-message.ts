import { z } from "zod";

import type { FromChild } from "./messages.js";
import { fromWire } from "./values/wire-value.js";

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

/** The runner's result for one parsed program; null if it is unreadable. */
export function parseVerdict(text: string | null): string | null {
  try {
    return z.string().parse(JSON.parse(text ?? ""));
  } catch {
    return null;
  }
}

const reportSchema = z.union([
  z.strictObject({ stopped: z.string() }),
  z.strictObject({ absent: z.literal(true) }),
  z.strictObject({ results: z.array(z.unknown()) }),
]);

const resultSchema = z.union([
  z.tuple([z.literal("value"), z.unknown()]),
  z.tuple([z.enum(["raised", "unplain"]), z.string()]),
]);

/** What the runner reports of one program. The program may have forged it: nothing in it is believed beyond its values. */
type ProgramReport =
  | { readonly stopped: string }
  | { readonly absent: true }
  | { readonly results: readonly z.output<typeof resultSchema>[] };

/** Null if the text is not a report; never throws. */
export function parseReport(text: string | null, calls: number): ProgramReport | null {
  if (text === null) return null;
  try {
    const report = reportSchema.parse(JSON.parse(text));
    if (!("results" in report)) return report;
    if (report.results.length > calls) return null;
    return { results: report.results.map(readResult) };
  } catch {
    return null;
  }
}

function readResult(result: unknown): z.output<typeof resultSchema> {
  const [kind, value] = resultSchema.parse(result);
  return kind === "value" ? [kind, fromWire(value)] : [kind, value];
}
