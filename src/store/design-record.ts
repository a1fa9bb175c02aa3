import { z } from "zod";
import type { RunFiles, WritableRunFiles } from "./folder/recorded-files.js";
import { readRecordedJson } from "./folder/recorded-json.js";

/** How the layers of one method were chosen on the development questions of one model. */
const LayerChoice = z.strictObject({
  method: z.string(),
  model: z.string(),
  layer: z.int(),
  /** Every candidate layer, shallow first. */
  candidates: z.array(
    z.strictObject({
      layer: z.int(),
      /** Forecast width in octaves, mean over the development questions; null where it has no number. */
      forecast_width: z.number().nullable(),
      /** Mean over the development questions of the posterior mean of T(.05)'s rate; null where it was not sampled. */
      score: z.number().nullable(),
      /** Screening rounds that it took part in. */
      rounds: z.int(),
      samples: z.int(),
    }),
  ),
});

/** The state of a window when the sampling ended. */
const WindowOutcome = z.strictObject({
  model: z.string(),
  method: z.string(),
  question: z.string(),
  layer: z.int(),
  status: z.enum(["reached", "open", "exhausted"]),
  samples: z.int(),
  /** Octaves; null where an end of the interval is a name. */
  length: z.number().nullable(),
  samples_to_reach: z.int().nullable(),
});

const DesignRecord = z.strictObject({
  schema_version: z.literal(1),
  /** The settings by which rounds are chosen, frozen at the first start. */
  settings: z.strictObject({
    target_threshold: z.number(),
    capability_threshold: z.number(),
    confidence: z.number(),
    precision: z.number(),
    window_samples: z.int(),
    /** Samples of the run; a limit in minutes was converted to samples. */
    max_samples: z.int().nullable(),
    round_samples: z.int(),
  }),
  rounds: z.int(),
  stop: z.enum(["precision", "window_samples", "max_samples"]).nullable(),
  layers: z.array(LayerChoice),
  windows: z.array(WindowOutcome),
});

export type DesignRecord = z.infer<typeof DesignRecord>;
export type LayerChoice = z.infer<typeof LayerChoice>;
export type WindowOutcome = z.infer<typeof WindowOutcome>;

export function writeDesignRecord(files: WritableRunFiles, path: string, record: DesignRecord): void {
  files.replace(path, `${JSON.stringify(DesignRecord.parse(record), null, 2)}\n`);
}

/** The design of a run with searched strengths or layers; null for other runs. */
export function readDesignRecord(files: RunFiles, path: string): DesignRecord | null {
  return readRecordedJson(files, path, DesignRecord, "a design");
}
