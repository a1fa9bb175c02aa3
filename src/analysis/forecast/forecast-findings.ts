import type { ForecastRow } from "../../store/forecast-file.js";
import { agreements, type ForecastAgreements } from "./agreements.js";
import { type ForecastCurve, forecastCurves } from "./forecast-curves.js";
import { type LayerOrder, layerOrders } from "./layer-orders.js";
import type { MeasuredWindow } from "./measured-windows.js";

/** What forward passes forecast, and how it agrees with what was sampled. */
export interface ForecastFindings {
  /** Every layer, and development questions among them. */
  readonly curves: readonly ForecastCurve[];
  /** Of the questions that are reported; what follows is of these alone. */
  readonly reported: readonly ForecastCurve[];
  readonly orders: readonly LayerOrder[];
  /** Null where no end was both forecast and sampled. */
  readonly agreement: ForecastAgreements | null;
}

/** `isReported` tells the reported questions. */
export function forecastFindings(
  rows: readonly ForecastRow[],
  measured: readonly MeasuredWindow[],
  isReported: (question: string) => boolean,
): ForecastFindings {
  const curves = forecastCurves(rows);
  const reported = curves.filter(({ question }) => isReported(question));
  return {
    curves,
    reported,
    orders: layerOrders(reported, measured),
    agreement: agreements(reported, measured),
  };
}
