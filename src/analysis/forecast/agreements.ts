import type { ForecastPair } from "../../statistics/forecast/calibrate-forecast.js";
import { type ForecastAgreement, forecastAgreement } from "../../statistics/forecast/forecast-agreement.js";
import { widthUnit } from "../width-unit.js";
import type { ForecastCurve } from "./forecast-curves.js";
import type { MeasuredWindow } from "./measured-windows.js";

export interface ForecastAgreements {
  readonly collapse: ForecastAgreement;
  readonly onset: ForecastAgreement;
  /** The unit of its errors. */
  readonly unit: string;
}

/** Forecast and sampled ends of the same model, question, method, layer and unit: both with a strength, log2 or as is. */
function forecastPairs(
  curves: readonly ForecastCurve[],
  windows: readonly MeasuredWindow[],
  end: "onset" | "collapse",
): readonly ForecastPair[] {
  return curves.flatMap((curve) => {
    const forecast = curve[end];
    const measured = windows.find((window) => sameCondition(curve, window))?.[end] ?? null;
    if (forecast.name !== "at" || measured === null) return [];
    const position = (strength: number) => (curve.axis === "log" ? Math.log2(strength) : strength);
    const { model, question } = curve;
    return [{ model, question, forecast: position(forecast.strength), measured: position(measured) }];
  });
}

export const sameCondition = (curve: ForecastCurve, window: MeasuredWindow): boolean =>
  curve.model === window.model &&
  curve.question === window.question &&
  curve.method === window.method &&
  curve.layer === window.layer &&
  curve.unit === window.unit;

/** How the forecasts agree with sampled windows; null where no end has both. */
export function agreements(
  curves: readonly ForecastCurve[],
  windows: readonly MeasuredWindow[],
): ForecastAgreements | null {
  const collapse = forecastAgreement(forecastPairs(curves, windows, "collapse"));
  const onset = forecastAgreement(forecastPairs(curves, windows, "onset"));
  return collapse.pairs + onset.pairs === 0
    ? null
    : { collapse, onset, unit: widthUnit(curves.map(({ axis }) => axis)) };
}
