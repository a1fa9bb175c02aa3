import { z } from "zod";
import type { RunFiles } from "./folder/recorded-files.js";
import { readRecordedJson } from "./folder/recorded-json.js";

/** Where a forecast curve crosses its level; a name if it does so at none of the examined strengths. */
const ForecastEnd = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("at"), strength: z.number() }),
  z.strictObject({ name: z.enum(["never", "at_lowest", "not_asked"]) }),
]);

/** The forecast for one vector at one layer, from forward passes alone. A forecast is never a measurement. */
const ForecastRow = z.strictObject({
  model: z.string(),
  parameters: z.number(),
  method: z.string(),
  role: z.enum(["method", "control"]),
  question: z.string(),
  draw: z.int(),
  layer: z.int(),
  /** Blocks of the model. */
  layers: z.int(),
  unit: z.enum(["raw", "resid"]),
  axis: z.enum(["log", "linear"]),
  /** Strength at which the target has taken over the forced choice. */
  onset: ForecastEnd,
  /** Strength at which the model's own unsteered answers have lost as much probability as corresponds to a collapse. */
  collapse: ForecastEnd,
  /** Unsteered log p(right) - log p(target), nats; null without a forced choice. */
  margin: z.number().nullable(),
  /** Fall of that margin per unit of strength at small strength, nats. */
  gain: z.number().nullable(),
  /** Mean KL divergence of the steered from the unsteered next-token distribution on neutral text, nats, by strength. */
  kl: z.array(z.strictObject({ strength: z.number(), nats: z.number() })),
  /** Linear accessibility of the answer at this layer (arXiv 2604.15557); null where it was not asked. */
  accessibility: z.number().nullable(),
});

export type ForecastEnd = z.infer<typeof ForecastEnd>;
export type ForecastRow = z.infer<typeof ForecastRow>;

const ForecastFile = z.strictObject({ schema_version: z.literal(1), rows: z.array(ForecastRow) });

/** Forecasts as the text of their file. */
export function forecastText(rows: readonly ForecastRow[]): string {
  return `${JSON.stringify(ForecastFile.parse({ schema_version: 1, rows }), null, 1)}\n`;
}

/** The forecasts of a run; empty if there are none. */
export function readForecast(files: RunFiles, path: string): readonly ForecastRow[] {
  return readRecordedJson(files, path, ForecastFile, "forecasts")?.rows ?? [];
}
