import type { OutcomeSeries } from "../statistics/outcomes.js";
import type { Asked, CellTally } from "../statistics/tally/cell-tally.js";
import type { Outcome, ScorerDeclaration } from "../statistics/tally/outcome.js";
import { byStrength, talliedSeries } from "../statistics/tally/tallied-outcomes.js";
import { furtherScorers } from "../statistics/tally/tallying.js";
import { type ConditionGroup, type ConditionIdentity, conditionOf, unscoredIn } from "./condition-groups.js";
import type { ReportInput, StrengthAxis } from "./input.js";

/** One scorer's values of one condition over strength, which do not affect its window. */
export interface FurtherCurve extends ConditionIdentity {
  readonly scorer: string;
  readonly outcome: Outcome;
  readonly axis: StrengthAxis;
  /** What was asked: the question, or the tasks of one capability. */
  readonly asked: Asked;
  readonly series: OutcomeSeries;
  /** The classes of a scorer that has them, by name; empty for any other. */
  readonly classes: readonly ClassCounts[];
  /** Samples without a score, at any strength. */
  readonly unscored: number;
}

/** How many responses are of one class. */
export interface ClassCounts {
  readonly label: string;
  /** One for each strength of the series. */
  readonly points: readonly number[];
  readonly baseline: number;
}

/** A condition's curves under every scorer with a separate curve, one for each thing that was asked. */
export function furtherCurves(
  group: ConditionGroup,
  baseline: CellTally,
  { experiment, models, axes, scorers }: ReportInput,
): readonly FurtherCurve[] {
  const condition = conditionOf(group, models);
  if (condition === null) return [];
  return furtherScorers(scorers).flatMap((scorer) =>
    askedOf(scorer, condition.question, experiment.capabilities).map((asked) => ({
      ...condition,
      scorer: scorer.name,
      outcome: scorer.outcome,
      axis: axes[condition.method] ?? "log",
      asked,
      series: talliedSeries(group.tallies, baseline, scorer.name, asked),
      classes: scorer.outcome.kind === "class" ? classCounts(group, baseline, scorer.name, asked) : [],
      unscored: unscoredIn(group, scorer.name, asked),
    })),
  );
}

const askedOf = (
  { asks }: ScorerDeclaration,
  question: string,
  capabilities: readonly { readonly id: string }[],
): readonly Asked[] =>
  asks === "question" ? [{ question }] : capabilities.map(({ id: capability }) => ({ capability }));

function classCounts(
  { tallies }: ConditionGroup,
  baseline: CellTally,
  scorer: string,
  asked: Asked,
): readonly ClassCounts[] {
  const points = byStrength(tallies).map(([, tally]) => tally.labels(scorer, asked));
  const unsteered = baseline.labels(scorer, asked);
  const labels = new Set([unsteered, ...points].flatMap((counts) => [...counts.keys()]));
  return [...labels].sort().map((label) => ({
    label,
    points: points.map((counts) => counts.get(label) ?? 0),
    baseline: unsteered.get(label) ?? 0,
  }));
}
