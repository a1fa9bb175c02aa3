import type { Analysis } from "../config/experiment.js";
import { curveScorers } from "../statistics/tally/tallying.js";
import type { Curves } from "./curves.js";
import type { Findings, RunFindings } from "./findings.js";
import { forecastFindings } from "./forecast/forecast-findings.js";
import { measuredWindows } from "./forecast/measured-windows.js";
import { furtherRows } from "./further-rows.js";
import type { ReportInput } from "./input.js";
import { contrastRows } from "./ladder/contrasts.js";
import { decompositionFindings } from "./ladder/decomposition-findings.js";
import { ladderWindows } from "./ladder/ladder-windows.js";
import { methodTrends } from "./ladder/rank-trends.js";
import { trendRows } from "./ladder/trend-rows.js";
import { layerSlot } from "./layer-slot.js";
import type { ScoreSurvey } from "./missing-scores.js";
import { sampleTotals } from "./sample-totals.js";
import { transcripts } from "./transcripts.js";
import { conditionRows } from "./windows/condition-rows.js";
import { pooledControls } from "./windows/pooled-controls.js";
import { publishedVerdicts } from "./windows/published.js";
import { sharedStrengths } from "./windows/shared-strength.js";
import { type Estimator, type WindowRow, windowRows } from "./windows/window-rows.js";

/** Draws kept of each of the four chains of a slope. */
const DRAWS = 500;

export const EXPLORATORY = "exploratory: analysis settings were changed after data";

interface AnalyseOptions {
  readonly settings: Analysis;
  readonly seed: number;
  /** What the curves are of, as the run recorded it; null for a sweep made elsewhere. */
  readonly records: ReportInput | null;
  readonly estimate: Estimator;
}

/** Works out everything that curves and records tell; the same input gives the same findings. */
export async function analyse(
  { curves, conditions, further, survey }: Curves,
  { settings, seed, records, estimate }: AnalyseOptions,
): Promise<Findings> {
  const windows = await windowRows(curves, {
    ...{ settings, seed, estimate },
    slotOf: (curve) => (records === null ? 0 : layerSlot(records, curve)),
  });
  const ranks = methodTrends(windows);
  const ladder = ladderWindows(curves, windows, records?.forecast ?? [], {
    ...{ settings, seed },
    methods: records?.experiment.methods ?? [],
  });
  return Object.freeze({
    stamp: records?.exploratory === true ? EXPLORATORY : null,
    ...{ settings, curves, windows, ranks },
    conditions: conditionRows(conditions, settings.confidence),
    sharedStrengths: sharedStrengths(windows, settings),
    pooledControls: pooledControls(windows, settings.confidence),
    decomposition: decompositionFindings(ladder, settings, seed),
    slopes: trendRows(ladder, ranks, { analysis: settings, seed, draws: DRAWS }),
    contrasts: contrastRows(ladder, settings),
    published: publishedVerdicts(windows, settings.confidence),
    further: { curves: further, rows: furtherRows(further, settings.confidence) },
    missing: { quarantined: records?.quarantined ?? [], scores: survey.missing },
    run: records === null ? null : runFindings(records, windows, survey),
  });
}

function runFindings(
  records: ReportInput,
  windows: readonly WindowRow[],
  { newest }: ScoreSurvey,
): RunFindings {
  const { experiment, models, axes, design, reused, forecast } = records;
  const reported = new Set(experiment.questions.map(({ id }) => id));
  return {
    ...{ experiment, models, axes, design, reused },
    forecastRows: forecast,
    forecast: forecastFindings(forecast, measuredWindows(windows), (question) => reported.has(question)),
    samples: sampleTotals(records),
    scorers: curveScorers(records.scorers),
    transcripts: transcripts(records, windows, newest),
  };
}
