import { type Asked, CellTally } from "../statistics/tally/cell-tally.js";
import { type Tallying, tallyingOf } from "../statistics/tally/tallying.js";
import type { ReportInput, ReportSample } from "./input.js";
import type { ScoreSurvey } from "./missing-scores.js";
import { type ScoredSample, scoredSamples } from "./scored-samples.js";

/** What was steered, how and where. */
export interface ConditionIdentity {
  readonly model: string;
  readonly parameters: number;
  readonly question: string;
  readonly method: string;
  readonly role: "method" | "control";
  readonly layer: number | null;
  readonly positions: string | null;
  readonly unit: string | null;
}

/** Everything sampled of one condition: a model, method, question, layer, positions and unit. */
export interface ConditionGroup {
  readonly first: ReportSample;
  /** By strength. */
  readonly tallies: Map<number | null, CellTally>;
  /** By draw, and then by strength. */
  readonly draws: Map<number, Map<number | null, CellTally>>;
  /** Samples that ended in NaN or infinite logits: by capability, answers under null. */
  readonly nonFinite: Map<string | null, number>;
}

interface ConditionGroups {
  readonly groups: readonly ConditionGroup[];
  /** The unsteered samples of a model. */
  baselineOf(model: string): CellTally;
}

/** Tallies samples with their scores by condition, in one pass; what was sampled of development questions is left out. */
export function groupConditions(input: ReportInput, { newest }: ScoreSurvey): ConditionGroups {
  const tallying = tallyingOf(input.scorers);
  const development = new Set(input.experiment.development.map(({ id }) => id));
  const baselines = new Map<string, CellTally>();
  const groups = new Map<string, ConditionGroup>();
  for (const scored of scoredSamples(input.samples, input.scores, newest)) {
    const { sample, scores } = scored;
    if (sample.role === "baseline") tallyIn(baselines, sample.model, tallying).add(sample, scores);
    else if (!development.has(sample.question ?? "")) addSteered(groups, scored, tallying);
  }
  return {
    groups: [...groups.values()],
    baselineOf: (model) => baselines.get(model) ?? new CellTally(tallying),
  };
}

/** The condition of a group; null for samples of no method or question. */
export function conditionOf(
  { first }: ConditionGroup,
  models: ReportInput["models"],
): ConditionIdentity | null {
  const { model, question, method, layer, positions, unit } = first;
  if (method === null || question === null) return null;
  const parameters = models[model]?.parameters ?? first.parameters;
  const role = first.role === "control" ? "control" : "method";
  return { model, parameters, question, method, role, layer, positions, unit };
}

/** Samples of a condition, at any strength, to which a scorer gave no value. */
export const unscoredIn = ({ tallies }: ConditionGroup, scorer: string, asked: Asked): number =>
  [...tallies.values()].reduce((sum, tally) => sum + tally.unscored(scorer, asked), 0);

function addSteered(
  groups: Map<string, ConditionGroup>,
  { sample, scores }: ScoredSample,
  tallying: Tallying,
): void {
  const { model, method, question, layer, positions, unit, draw, strength } = sample;
  const key = JSON.stringify([model, method, question, layer, positions, unit]);
  const group = groups.get(key) ?? {
    first: sample,
    tallies: new Map(),
    draws: new Map(),
    nonFinite: new Map(),
  };
  groups.set(key, group);
  tallyIn(group.tallies, strength, tallying).add(sample, scores);
  if (sample.stop === "error") {
    const of = sample.prompt_kind === "question" ? null : sample.capability;
    group.nonFinite.set(of, (group.nonFinite.get(of) ?? 0) + 1);
  }
  const drawn = group.draws.get(draw ?? 0) ?? new Map<number | null, CellTally>();
  group.draws.set(draw ?? 0, drawn);
  tallyIn(drawn, strength, tallying).add(sample, scores);
}

function tallyIn<Key>(tallies: Map<Key, CellTally>, key: Key, tallying: Tallying): CellTally {
  const tally = tallies.get(key) ?? new CellTally(tallying);
  tallies.set(key, tally);
  return tally;
}
