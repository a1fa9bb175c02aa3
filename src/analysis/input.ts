import type { Experiment } from "../config/experiment.js";
import type { ScorerDeclaration } from "../statistics/tally/outcome.js";
import type { DesignRecord } from "../store/design-record.js";
import type { ForecastRow } from "../store/forecast-file.js";
import type { ReusedRun } from "../store/manifest.js";
import type { QuarantinedPiece } from "../store/quarantine.js";
import type { MeasurementRow, SampleRow, ScoreRow } from "../store/tables/columns.js";

/** How an edit's strength is laid out: `log` and `linear` have windows, `none` is a single condition. */
export type StrengthAxis = "log" | "linear" | "none";

/** What the report must know of a model beside its rows. */
export interface ReportModel {
  readonly parameters: number;
  readonly layers: number;
}

/** What the report reads of a sample. */
export const SAMPLE_COLUMNS = [
  ...([
    "plan_index",
    "sample_id",
    "model",
    "parameters",
    "role",
    "method",
    "question",
    "draw",
    "layer",
    "positions",
  ] as const),
  ...(["strength", "unit", "strength_raw", "strength_resid"] as const),
  ...(["prompt_kind", "prompt_id", "capability", "text", "stop"] as const),
] as const;
export type ReportSample = Pick<SampleRow, (typeof SAMPLE_COLUMNS)[number]>;

/**
 * Everything a report is made of. Iterables are read more than once, so a one-shot generator will not do; samples and
 * scores come in plan order.
 */
export interface ReportInput {
  readonly experiment: Experiment;
  readonly samples: Iterable<ReportSample>;
  readonly measurements: Iterable<MeasurementRow>;
  readonly scores: Iterable<ScoreRow>;
  /** By model name; a model of the experiment that is absent here was not run. */
  readonly models: Readonly<Record<string, ReportModel>>;
  /** By method name. */
  readonly axes: Readonly<Record<string, StrengthAxis>>;
  /** Those of the run, whose values make the curves. */
  readonly scorers: readonly ScorerDeclaration[];
  /** Empty where nothing was forecast. */
  readonly forecast: readonly ForecastRow[];
  /** Null if strengths and layers were fixed. */
  readonly design: DesignRecord | null;
  /** Runs that samples were taken over from. */
  readonly reused: readonly ReusedRun[];
  /** What could not be done and has no rows. */
  readonly quarantined: readonly QuarantinedPiece[];
  /** True where the analysis settings are others than those that were fixed before data. */
  readonly exploratory: boolean;
}
