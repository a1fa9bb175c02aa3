import { CellTally } from "../statistics/cell-tally.js";
import type { CurveOutcomes } from "../statistics/curve.js";
import { type SearchRange, searchRange } from "../statistics/search-range.js";
import { talliedOutcomes } from "../statistics/tallied-outcomes.js";
import type { ReportInput, ReportSample } from "./input.js";
import { indexScores, type SampleScores } from "./score-index.js";

/** What a curve is a curve of. */
export interface CurveIdentity {
  readonly model: string;
  readonly parameters: number;
  readonly question: string;
  readonly method: string;
  readonly role: "method" | "control";
  readonly layer: number | null;
  readonly positions: string | null;
  readonly unit: string | null;
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
  /** Samples that ended in numbers that are not finite under the edit: failures, among the outcomes. */
  readonly nonFinite: SampleCounts;
  /** One curve a draw, by draw; a single one for a method that is fitted once. */
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
}

interface Group {
  readonly first: ReportSample;
  readonly tallies: Map<number | null, CellTally>;
  readonly draws: Map<number, Map<number | null, CellTally>>;
  /** Samples that ended in numbers that are not finite: by capability, answers under null. */
  readonly nonFinite: Map<string | null, number>;
}

/** Gathers samples and their scores into curves, in one pass; what was sampled of development questions is left out. */
export function buildCurves(input: ReportInput): Curves {
  const development = new Set(input.experiment.development.map(({ id }) => id));
  const scores = indexScores(input.scores, input.scorers);
  const baselines = new Map<string, CellTally>();
  const groups = new Map<string, Group>();
  for (const sample of input.samples) {
    const scored = scores.get(sample.sample_id) ?? {};
    if (sample.role === "baseline") tallyIn(baselines, sample.model).add(sample, scored);
    else if (!development.has(sample.question ?? "")) addSteered(groups, sample, scored);
  }
  const all = [...groups.values()].flatMap((group) => expand(group, baselines, input));
  const ordered = all.toSorted(byPlace(input));
  return {
    curves: ordered.flatMap((entry) => (entry.kind === "curve" ? [entry.curve] : [])),
    conditions: ordered.flatMap((entry) => (entry.kind === "condition" ? [entry.condition] : [])),
  };
}

function addSteered(groups: Map<string, Group>, sample: ReportSample, scored: SampleScores): void {
  const { model, method, question, layer, positions, unit, draw, strength } = sample;
  const key = JSON.stringify([model, method, question, layer, positions, unit]);
  const group = groups.get(key) ?? {
    first: sample,
    tallies: new Map(),
    draws: new Map(),
    nonFinite: new Map(),
  };
  groups.set(key, group);
  tallyIn(group.tallies, strength).add(sample, scored);
  if (sample.stop === "error") {
    const of = sample.prompt_kind === "question" ? null : sample.capability;
    group.nonFinite.set(of, (group.nonFinite.get(of) ?? 0) + 1);
  }
  const drawn = group.draws.get(draw ?? 0) ?? new Map<number | null, CellTally>();
  group.draws.set(draw ?? 0, drawn);
  tallyIn(drawn, strength).add(sample, scored);
}

function tallyIn<Key>(tallies: Map<Key, CellTally>, key: Key): CellTally {
  const tally = tallies.get(key) ?? new CellTally();
  tallies.set(key, tally);
  return tally;
}

type Entry =
  | { readonly kind: "curve"; readonly curve: Curve; readonly identity: CurveIdentity }
  | { readonly kind: "condition"; readonly condition: Condition; readonly identity: CurveIdentity };

function expand(group: Group, baselines: ReadonlyMap<string, CellTally>, input: ReportInput): Entry[] {
  const { first } = group;
  const { method, question } = first;
  if (method === null || question === null || first.role === "baseline") return [];
  const axis = input.axes[method] ?? "log";
  const baseline = baselines.get(first.model) ?? new CellTally();
  return input.experiment.capabilities.map(({ id: capability }): Entry => {
    const identity: CurveIdentity = {
      model: first.model,
      parameters: input.models[first.model]?.parameters ?? first.parameters,
      question,
      method,
      role: first.role === "control" ? "control" : "method",
      layer: first.layer,
      positions: first.positions,
      unit: first.unit,
      capability,
    };
    const scored = input.scorers.responseClass !== null;
    const outcomes = talliedOutcomes(group.tallies, baseline, identity, scored);
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
      unscored: unscoredIn([...group.tallies.values()], question, capability),
      nonFinite: {
        target: group.nonFinite.get(null) ?? 0,
        capability: group.nonFinite.get(capability) ?? 0,
      },
      draws: draws.map(([, tallies]) => ({ axis, ...talliedOutcomes(tallies, baseline, identity, scored) })),
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

function unscoredIn(tallies: readonly CellTally[], question: string, capability: string): SampleCounts {
  let target = 0;
  let tasks = 0;
  for (const tally of tallies) {
    target += tally.unscoredTarget(question);
    tasks += tally.unscoredCapability(capability);
  }
  return { target, capability: tasks };
}

function byPlace({ experiment, models }: ReportInput): (a: Entry, b: Entry) => number {
  const order = ({ identity }: Entry): number[] => [
    experiment.questions.findIndex(({ id }) => id === identity.question),
    experiment.methods.findIndex(({ name }) => name === identity.method),
    experiment.capabilities.findIndex(({ id }) => id === identity.capability),
    models[identity.model]?.parameters ?? identity.parameters,
    experiment.models.findIndex(({ name }) => name === identity.model),
    identity.layer ?? -1,
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
