import { meanOf } from "../moments.js";
import { median } from "./median.js";

/** One crossing that was both forecast and measured: log2 of the strengths (strengths themselves on a linear axis). */
export interface ForecastPair {
  readonly model: string;
  /** Calibration is evaluated by holding questions out. */
  readonly question: string;
  readonly forecast: number;
  readonly measured: number;
}

export interface ForecastCalibration {
  /** Added to the forecasts of each model, in octaves. */
  readonly offsets: ReadonlyMap<string, number>;
  /** Added for a model without a pair. */
  readonly offset: number;
  /**
   * Median absolute error of calibrated forecasts, in octaves. Each pair is judged by a calibration on the pairs of all
   * other questions (on all other pairs, if there is only one question). Null for fewer than two pairs.
   */
  readonly error: number | null;
  readonly pairs: number;
}

/** Shrinkage towards the offset of all models: that offset weighs as much as this many of a model's own pairs. */
const PRIOR_PAIRS = 2;

/** Offsets between forecast and measured crossings for each model, shrunk towards the offset of all models. */
export function calibrateForecast(pairs: readonly ForecastPair[]): ForecastCalibration {
  return { ...offsetsOf(pairs), error: heldOutError(pairs), pairs: pairs.length };
}

/** A forecast of a model, calibrated. */
export function calibrated(
  { offsets, offset }: Pick<ForecastCalibration, "offsets" | "offset">,
  model: string,
  forecast: number,
): number {
  return forecast + (offsets.get(model) ?? offset);
}

export function offsetsOf(pairs: readonly ForecastPair[]): Pick<ForecastCalibration, "offsets" | "offset"> {
  const shift = ({ measured, forecast }: ForecastPair) => measured - forecast;
  const offset = median(pairs.map(shift)) ?? 0;
  const offsets = new Map<string, number>();
  for (const model of new Set(pairs.map((pair) => pair.model))) {
    const own = pairs.filter((pair) => pair.model === model).map(shift);
    const mean = meanOf(own);
    const weight = own.length / (own.length + PRIOR_PAIRS);
    offsets.set(model, weight * mean + (1 - weight) * offset);
  }
  return { offsets, offset };
}

function heldOutError(pairs: readonly ForecastPair[]): number | null {
  if (pairs.length < 2) return null;
  const several = new Set(pairs.map(({ question }) => question)).size > 1;
  const errors = pairs.map((pair) => {
    const others = pairs.filter((other) => (several ? other.question !== pair.question : other !== pair));
    return Math.abs(calibrated(offsetsOf(others), pair.model, pair.forecast) - pair.measured);
  });
  return median(errors);
}
