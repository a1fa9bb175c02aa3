import type { CellTally } from "./cell-tally.js";
import type { CurveOutcomes } from "./curve.js";
import type { OutcomeSeries } from "./outcomes.js";

/** The outcomes of one condition from the tallies of its strengths; a strength of null is a condition without one. */
export function talliedOutcomes(
  tallies: ReadonlyMap<number | null, CellTally>,
  baseline: CellTally,
  { question, capability }: { readonly question: string; readonly capability: string },
  /** False where no scorer says whether responses are intact. */
  intact = true,
): Omit<CurveOutcomes, "axis"> {
  const cells = [...tallies].toSorted(([a], [b]) => (a ?? 0) - (b ?? 0));
  const strengths = cells.map(([strength]) => strength ?? 0);
  const series = (read: (tally: CellTally) => OutcomeSeries["baseline"]): OutcomeSeries => ({
    strengths,
    points: cells.map(([, tally]) => read(tally)),
    baseline: read(baseline),
  });
  return {
    contains: series((tally) => tally.contains(question)),
    strict: series((tally) => tally.strict(question)),
    intact: intact ? series((tally) => tally.intact(question)) : null,
    capability: series((tally) => tally.capability(capability)),
  };
}
