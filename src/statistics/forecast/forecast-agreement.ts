import { highestOf } from "../extremes.js";
import {
  calibrated,
  calibrateForecast,
  type ForecastCalibration,
  type ForecastPair,
  offsetsOf,
} from "./calibrate-forecast.js";
import { pearson } from "./correlation.js";
import { median } from "./median.js";

/** How forecasts agree with measurements when each is calibrated on the other half of the questions. */
export interface ForecastAgreement {
  readonly pairs: number;
  /** Correlation of the uncalibrated forecast with the measurement; null for fewer than three pairs, or if all are equal. */
  readonly correlation: number | null;
  /** Median absolute difference without any calibration. */
  readonly uncalibratedError: number | null;
  /** Learnt from all pairs. */
  readonly calibration: ForecastCalibration;
  readonly judged: {
    /** The questions of each half; each half is judged by a calibration on the other. */
    readonly halves: readonly [readonly string[], readonly string[]];
    readonly pairs: number;
    readonly correlation: number | null;
    readonly medianError: number | null;
    readonly largestError: number | null;
  } | null;
}

/**
 * Agreement in the unit of the pairs (octaves of log2 strength). The halves are the questions in alphabetical order,
 * taken alternately; null for a single question. A half without pairs gives no calibration, so the other is not judged.
 */
export function forecastAgreement(pairs: readonly ForecastPair[]): ForecastAgreement {
  return {
    pairs: pairs.length,
    correlation: pearson(
      pairs.map(({ forecast }) => forecast),
      pairs.map(({ measured }) => measured),
    ),
    uncalibratedError: median(pairs.map(({ forecast, measured }) => Math.abs(forecast - measured))),
    calibration: calibrateForecast(pairs),
    judged: judge(pairs),
  };
}

function judge(pairs: readonly ForecastPair[]): ForecastAgreement["judged"] {
  const questions = [...new Set(pairs.map(({ question }) => question))].sort();
  if (questions.length < 2) return null;
  const halves = [0, 1].map((half) => questions.filter((_, place) => place % 2 === half));
  const [even = [], odd = []] = halves;
  const judged = halves.flatMap((half, index) => {
    const others = halves[1 - index] ?? [];
    const offsets = offsetsOf(pairs.filter(({ question }) => others.includes(question)));
    return pairs
      .filter(({ question }) => half.includes(question))
      .map(({ model, forecast, measured }) => ({ forecast: calibrated(offsets, model, forecast), measured }));
  });
  const errors = judged.map(({ forecast, measured }) => Math.abs(forecast - measured));
  return {
    halves: [even, odd],
    pairs: judged.length,
    correlation: pearson(
      judged.map(({ forecast }) => forecast),
      judged.map(({ measured }) => measured),
    ),
    medianError: median(errors),
    largestError: errors.length === 0 ? null : highestOf(errors),
  };
}
