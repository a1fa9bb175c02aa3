import type { WindowRow } from "../windows/window-rows.js";

/** The ends of a sampled window; null where an end has a name and no number. */
export interface MeasuredWindow {
  readonly model: string;
  readonly question: string;
  readonly method: string;
  readonly layer: number;
  readonly unit: string;
  readonly onset: number | null;
  readonly collapse: number | null;
  /** Octaves; minus infinity where it was never steered, null where it has no number. */
  readonly width: number | null;
}

/** Those of a run's windows that have a layer and a unit, as forecasts do. */
export function measuredWindows(rows: readonly WindowRow[]): MeasuredWindow[] {
  return rows.flatMap(({ model, question, method, layer, unit, headline }) => {
    if (layer === null || unit === null) return [];
    const { onset, collapse, width } = headline?.window ?? {};
    return [
      {
        ...{ model, question, method, layer, unit },
        onset: onset?.name === "at" ? onset.strength : null,
        collapse: collapse?.name === "at" ? collapse.strength : null,
        width:
          onset?.name === "never_steered"
            ? Number.NEGATIVE_INFINITY
            : width?.name === "at"
              ? width.value
              : null,
      },
    ];
  });
}
