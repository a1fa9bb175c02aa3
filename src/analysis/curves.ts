import type { CurveOutcomes } from "../statistics/curve.js";
import { type SearchRange, searchRange } from "../statistics/search-range.js";
import { askedCapability, type CellTally } from "../statistics/tally/cell-tally.js";
import { talliedOutcomes } from "../statistics/tally/tallied-outcomes.js";
import { type CurveScorers, curveScorers } from "../statistics/tally/tallying.js";
import {
  type ConditionGroup,
  type ConditionIdentity,
  conditionOf,
  groupConditions,
  unscoredIn,
} from "./condition-groups.js";
import { type FurtherCurve, furtherCurves } from "./further-curves.js";
import type { ReportInput } from "./input.js";
import { type ScoreSurvey, surveyScores } from "./missing-scores.js";

/** The condition and the capability that a curve shows. */
export interface CurveIdentity extends ConditionIdentity {
  readonly capability: string;
}

/** Answers to the question, and samples of the capability's tasks. */
export interface SampleCounts {
  readonly target: number;
  readonly capability: number;
}

/** One (model, question, method, layer, capability) over strength; a control's draws are pooled in it. */
export interface Curve extends CurveIdentity {
  readonly outcomes: CurveOutcomes;
  /** Strengths between which the ends of the window are looked for. */
  readonly range: SearchRange;
  /** Strengths in shares of the median residual norm, for 1 of the curve's unit; null where not recorded. */
  readonly residPerStrength: number | null;
  /** Strengths in multiples of the fitted vector, for 1 of the curve's unit. */
  readonly rawPerStrength: number | null;
  /** Samples that could not be scored, through faults of machinery. */
  readonly unscored: SampleCounts;
  /** Samples that ended in NaN or infinite logits under the edit: failures, included in the outcomes. */
  readonly nonFinite: SampleCounts;
  /** One curve for each draw, by draw; a single one for a method that is fitted once. */
  readonly draws: readonly CurveOutcomes[];
}

/** A condition without strengths, such as a prompt. */
export interface Condition extends CurveIdentity {
  readonly outcomes: Omit<CurveOutcomes, "axis">;
}

export interface Curves {
  /** By question, method, layer and then up the ladder. */
  readonly curves: readonly Curve[];
  readonly conditions: readonly Condition[];
  /** What other scorers make of the same samples. */
  readonly further: readonly FurtherCurve[];
  /** Which scores were counted, and which are missing. */
  readonly survey: ScoreSurvey;
}

/** Gathers samples and their scores into curves: one pass over the scores, and one over both. */
export function buildCurves(input: ReportInput): Curves {
  const scorers = curveScorers(input.scorers);
  const survey = surveyScores(input.scores);
  const { groups, baselineOf } = groupConditions(input, survey);
  const place = byPlace(input);
  const ordered = groups
    .flatMap((group) => expand(group, baselineOf(group.first.model), scorers, input))
    .toSorted((a, b) => place(a.identity, b.identity));
  const further = groups.flatMap((group) => furtherCurves(group, baselineOf(group.first.model), input));
  const placeOf = (curve: FurtherCurve): Place => ({
    ...curve,
    capability: askedCapability(curve.asked) ?? "",
  });
  return {
    curves: ordered.flatMap((entry) => (entry.kind === "curve" ? [entry.curve] : [])),
    conditions: ordered.flatMap((entry) => (entry.kind === "condition" ? [entry.condition] : [])),
    further: further.toSorted((a, b) => place(placeOf(a), placeOf(b))),
    survey,
  };
}

type Entry =
  | { readonly kind: "curve"; readonly curve: Curve; readonly identity: CurveIdentity }
  | { readonly kind: "condition"; readonly condition: Condition; readonly identity: CurveIdentity };

function expand(
  group: ConditionGroup,
  baseline: CellTally,
  scorers: CurveScorers,
  input: ReportInput,
): Entry[] {
  const condition = conditionOf(group, input.models);
  if (condition === null) return [];
  const { method, question } = condition;
  const axis = input.axes[method] ?? "log";
  return input.experiment.capabilities.map(({ id: capability }): Entry => {
    const identity: CurveIdentity = { ...condition, capability };
    const outcomes = talliedOutcomes(group.tallies, baseline, identity, scorers);
    if (axis === "none") {
      return { kind: "condition", identity, condition: { ...identity, outcomes } };
    }
    const draws = [...group.draws].toSorted(([a], [b]) => a - b);
    const curve: Curve = {
      ...identity,
      outcomes: { axis, ...outcomes },
      range: searchRange(input.experiment, method, { axis, strengths: outcomes.strict.strengths }),
      residPerStrength: perStrength(group.tallies, ({ resid }) => resid),
      rawPerStrength: perStrength(group.tallies, ({ raw }) => raw),
      unscored: {
        target: unscoredIn(group, scorers.target, { question }),
        capability: unscoredIn(group, scorers.capability, { capability }),
      },
      nonFinite: {
        target: group.nonFinite.get(null) ?? 0,
        capability: group.nonFinite.get(capability) ?? 0,
      },
      draws: draws.map(([, tallies]) => ({ axis, ...talliedOutcomes(tallies, baseline, identity, scorers) })),
    };
    return { kind: "curve", identity, curve };
  });
}

/** The factor between two units is the same at all strengths; it is read at the highest, where it is sharpest. */
function perStrength(
  tallies: ReadonlyMap<number | null, CellTally>,
  read: (tally: CellTally) => number | null,
): number | null {
  const highest = [...tallies].reduce((a, b) => ((b[0] ?? 0) > (a[0] ?? 0) ? b : a));
  const other = read(highest[1]);
  return other === null || highest[0] === null || highest[0] === 0 ? null : other / highest[0];
}

type Place = Pick<CurveIdentity, "question" | "method" | "capability" | "model" | "parameters" | "layer">;

function byPlace({ experiment, models }: ReportInput): (a: Place, b: Place) => number {
  const order = (place: Place): number[] => [
    experiment.questions.findIndex(({ id }) => id === place.question),
    experiment.methods.findIndex(({ name }) => name === place.method),
    experiment.capabilities.findIndex(({ id }) => id === place.capability),
    models[place.model]?.parameters ?? place.parameters,
    experiment.models.findIndex(({ name }) => name === place.model),
    place.layer ?? -1,
  ];
  return (a, b) => {
    const others = order(b);
    return (
      order(a)
        .map((place, i) => place - (others[i] ?? 0))
        .find((difference) => difference !== 0) ?? 0
    );
  };
}
