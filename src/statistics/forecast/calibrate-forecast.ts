import { meanOf } from "../moments.js";
import { median } from "./median.js";

/** One crossing that was both forecast and measured: log2 of the strengths (strengths themselves on a linear axis). */
export interface ForecastPair {
  readonly model: string;
  /** What one half of is calibrated on and the other half judged by. */
  readonly question: string;
  readonly forecast: number;
  readonly measured: number;
}

export interface ForecastCalibration {
  /** What to add to a forecast of each model, in octaves. */
  readonly offsets: ReadonlyMap<string, number>;
  /** What to add for a model without a pair. */
  readonly offset: number;
  /**
   * Median absolute error of calibrated forecasts, in octaves: each pair judged by the calibration on the pairs of all
   * other questions (of all other pairs where there is one question). Null for fewer than two pairs.
   */
  readonly error: number | null;
  readonly pairs: number;
}

/** A model's own pairs count fully from here on; fewer are drawn towards the offset of all models. */
const PRIOR_PAIRS = 2;

/** Offsets between forecast and measured crossings, a model; a model's few pairs are shrunk to all models' offset. */
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
