import type { CurveOutcomes } from "../curve.js";
import type { OutcomeSeries } from "../outcomes.js";
import type { Asked, CellTally } from "./cell-tally.js";
import type { CurveScorers } from "./tallying.js";

/** The tallies of one condition by strength; a strength of null is a condition without one. */
type StrengthTallies = ReadonlyMap<number | null, CellTally>;

/** The outcomes that make a window, from the tallies of its strengths. */
export function talliedOutcomes(
  tallies: StrengthTallies,
  baseline: CellTally,
  { question, capability }: { readonly question: string; readonly capability: string },
  { target, looseTarget, intact, capability: capable }: CurveScorers,
): Omit<CurveOutcomes, "axis"> {
  const series = (scorer: string, asked: Asked) => talliedSeries(tallies, baseline, scorer, asked);
  return {
    contains: series(looseTarget, { question }),
    strict: series(target, { question }),
    intact: intact === null ? null : series(intact, { question }),
    capability: series(capable, { capability }),
  };
}

/** One scorer's values over strength. */
export function talliedSeries(
  tallies: StrengthTallies,
  baseline: CellTally,
  scorer: string,
  asked: Asked,
): OutcomeSeries {
  const cells = byStrength(tallies);
  return {
    strengths: cells.map(([strength]) => strength ?? 0),
    points: cells.map(([, tally]) => tally.clusters(scorer, asked)),
    baseline: baseline.clusters(scorer, asked),
  };
}

/** Tallies in ascending order of strength. */
export const byStrength = (tallies: StrengthTallies): readonly (readonly [number | null, CellTally])[] =>
  [...tallies].toSorted(([a], [b]) => (a ?? 0) - (b ?? 0));
