import {
  type Decomposition,
  type DecompositionSummary,
  decompose,
  predictOnset,
  summariseDecomposition,
} from "../../statistics/decomposition/decomposition.js";
import { summariseTerms, type TermSummary } from "../../statistics/decomposition/decomposition-terms.js";
import {
  DOSE_UNITS,
  type Dose,
  type DoseUnit,
  doseUnits,
} from "../../statistics/decomposition/dose-units.js";
import type { LadderWindow } from "./ladder-window.js";

/** One end or width in one unit; log2 of the unit, octaves for the width. */
interface DoseSummary {
  readonly onset: TermSummary;
  readonly collapse: TermSummary;
  readonly width: TermSummary;
}

type DoseSummaries = Readonly<Record<DoseUnit, DoseSummary | { readonly reason: string }>>;

/** Why one window closed. */
export interface DecompositionRow {
  readonly window: LadderWindow;
  readonly draws: Decomposition;
  readonly summary: DecompositionSummary;
  readonly doses: DoseSummaries;
}

/** Rows of the windows on a log axis, in their order: on another there are no ratios to take apart. */
export function decompositionRows(windows: readonly LadderWindow[], confidence: number): DecompositionRow[] {
  return windows
    .filter(({ these }) => these.axis === "log")
    .map((window) => {
      const { these, control, forecast, rawPerStrength, residPerStrength } = window;
      const ends = {
        onset: these.onset,
        collapse: these.collapse,
        controlCollapse: control?.axis === "log" ? control.collapse : null,
      };
      const draws = decompose({ ...ends, predicted: predictOnset(forecast) });
      const doses = doseUnits({ ...ends, rawPerStrength, residPerStrength, kl: forecast?.kl ?? [] });
      const summaries = DOSE_UNITS.map((unit) => {
        const dose = doses[unit];
        return [unit, "reason" in dose ? dose : summariseDose(dose, confidence)] as const;
      });
      return {
        window,
        draws,
        summary: summariseDecomposition(draws, confidence),
        doses: Object.fromEntries(summaries) as DoseSummaries,
      };
    });
}

function summariseDose({ onset, collapse, width }: Dose, confidence: number): DoseSummary {
  return summariseTerms({ onset, collapse, width }, confidence);
}
