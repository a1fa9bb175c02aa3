import type { Analysis, Experiment } from "../config/experiment.js";
import type { CurveScorers } from "../statistics/tally/tallying.js";
import type { DesignRecord } from "../store/design-record.js";
import type { ForecastRow } from "../store/forecast-file.js";
import type { ReusedRun } from "../store/manifest.js";
import type { QuarantinedPiece } from "../store/quarantine.js";
import type { Curve } from "./curves.js";
import type { ForecastFindings } from "./forecast/forecast-findings.js";
import type { FurtherCurve } from "./further-curves.js";
import type { FurtherRow } from "./further-rows.js";
import type { ReportModel, StrengthAxis } from "./input.js";
import type { ContrastRow } from "./ladder/contrasts.js";
import type { DecompositionFindings } from "./ladder/decomposition-findings.js";
import type { MethodTrend } from "./ladder/rank-trends.js";
import type { TrendRow } from "./ladder/trend-rows.js";
import type { MissingScores } from "./missing-scores.js";
import type { SampleTotals } from "./sample-totals.js";
import type { Transcript } from "./transcripts.js";
import type { ConditionRow } from "./windows/condition-rows.js";
import type { PooledControls } from "./windows/pooled-controls.js";
import type { PublishedVerdict } from "./windows/published.js";
import type { SharedStrength } from "./windows/shared-strength.js";
import type { WindowRow } from "./windows/window-rows.js";

/** What no number counts. */
export interface Missing {
  readonly quarantined: readonly QuarantinedPiece[];
  readonly scores: readonly MissingScores[];
}

/** Everything that an analysis found, in numbers and names: whatever a report says is written from this value alone. */
export interface Findings {
  /** What every table, page and figure carries whose settings were changed after data; null for settings fixed before. */
  readonly stamp: string | null;
  readonly settings: Analysis;
  readonly curves: readonly Curve[];
  /** Rows of the curves, in the same order. */
  readonly windows: readonly WindowRow[];
  /** Methods without strengths. */
  readonly conditions: readonly ConditionRow[];
  /** The frontier at one strength for all questions; empty without two. */
  readonly sharedStrengths: readonly SharedStrength[];
  readonly pooledControls: PooledControls;
  /** Rank trends of width over size. */
  readonly ranks: readonly MethodTrend[];
  readonly decomposition: DecompositionFindings;
  /** Slopes over size with their verdicts, the primary estimand's first. */
  readonly slopes: readonly TrendRow[];
  /** Of the pairs of methods that the settings name, and of no others. */
  readonly contrasts: readonly ContrastRow[];
  /** The published table beside what was measured. */
  readonly published: readonly PublishedVerdict[];
  /** What scorers that make no window find; their rows are of the curves, in the same order. */
  readonly further: { readonly curves: readonly FurtherCurve[]; readonly rows: readonly FurtherRow[] };
  readonly missing: Missing;
  /** What only a run has; null for a sweep made elsewhere. */
  readonly run: RunFindings | null;
}

/** What was run, and what it recorded beside samples. */
export interface RunFindings {
  readonly experiment: Experiment;
  /** By name; a model of the experiment that is absent here was not run. */
  readonly models: Readonly<Record<string, ReportModel>>;
  /** By method name. */
  readonly axes: Readonly<Record<string, StrengthAxis>>;
  /** Null if strengths and layers were fixed. */
  readonly design: DesignRecord | null;
  /** Forecasts from forward passes, one for each vector. */
  readonly forecastRows: readonly ForecastRow[];
  readonly forecast: ForecastFindings;
  readonly samples: SampleTotals;
  /** Runs that samples were taken over from. */
  readonly reused: readonly ReusedRun[];
  readonly scorers: CurveScorers;
  readonly transcripts: readonly Transcript[];
}
