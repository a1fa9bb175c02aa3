import type { CurveOutcomes } from "../../statistics/curve.js";
import { CellTally } from "../../statistics/tally/cell-tally.js";
import type { ScorerDeclaration } from "../../statistics/tally/outcome.js";
import { talliedOutcomes } from "../../statistics/tally/tallied-outcomes.js";
import {
  type CurveScorers,
  curveScorers,
  type Tallying,
  tallyingOf,
} from "../../statistics/tally/tallying.js";
import type { SampleRow, ScoreRow } from "../../store/tables/columns.js";

/** Identifies a window; draws are pooled. */
export interface ConditionKey {
  readonly model: string;
  readonly method: string;
  readonly layer: number;
  readonly question: string;
}

export const conditionId = ({ model, method, layer, question }: ConditionKey): string =>
  `${model}/${method}/${layer}/${question}`;

/** Everything scored so far, by condition: what the next round is chosen from. */
export class Observations {
  readonly #scorers: CurveScorers;
  readonly #tallying: Tallying;
  readonly #baselines = new Map<string, CellTally>();
  readonly #conditions = new Map<string, Map<number, CellTally>>();
  readonly #known = new Map<string, { readonly seen: string; readonly outcomes: CurveOutcomes }>();

  constructor(scorers: readonly ScorerDeclaration[]) {
    this.#scorers = curveScorers(scorers);
    this.#tallying = tallyingOf(scorers);
  }

  /** Adds committed samples with their scores, in plan order. */
  add(samples: readonly SampleRow[], scores: readonly ScoreRow[]): void {
    const bySample = newestScores(scores);
    for (const sample of samples)
      this.#tallyOf(sample)?.add(sample, [...(bySample.get(sample.sample_id)?.values() ?? [])]);
  }

  /** The same object as before if nothing was added since, so that what follows from it need not be computed again. */
  outcomes(key: ConditionKey, axis: CurveOutcomes["axis"], capability: string): CurveOutcomes {
    const id = conditionId(key);
    const tallies = this.#conditions.get(id) ?? new Map<number, CellTally>();
    const baseline = this.#baselines.get(key.model) ?? new CellTally(this.#tallying);
    const about = `${id} ${capability}`;
    const seen = `${axis} ${[baseline, ...tallies.values()].reduce((sum, { samples }) => sum + samples, 0)}`;
    const known = this.#known.get(about);
    if (known?.seen === seen) return known.outcomes;
    const outcomes = {
      axis,
      ...talliedOutcomes(tallies, baseline, { question: key.question, capability }, this.#scorers),
    };
    this.#known.set(about, { seen, outcomes });
    return outcomes;
  }

  #tallyOf({ role, model, method, layer, question, strength }: SampleRow): CellTally | null {
    if (role === "baseline") return this.#tallyIn(this.#baselines, model);
    if (method === null || layer === null || question === null || strength === null) return null;
    const id = conditionId({ model, method, layer, question });
    const tallies = this.#conditions.get(id) ?? new Map<number, CellTally>();
    this.#conditions.set(id, tallies);
    return this.#tallyIn(tallies, strength);
  }

  #tallyIn<Key>(tallies: Map<Key, CellTally>, key: Key): CellTally {
    const tally = tallies.get(key) ?? new CellTally(this.#tallying);
    tallies.set(key, tally);
    return tally;
  }
}

/** Scores by sample and scorer; of several versions of a scorer the highest. */
function newestScores(scores: readonly ScoreRow[]): ReadonlyMap<string, ReadonlyMap<string, ScoreRow>> {
  const found = new Map<string, Map<string, ScoreRow>>();
  for (const row of scores.toSorted((a, b) => a.scorer_version - b.scorer_version)) {
    const own = found.get(row.sample_id) ?? new Map<string, ScoreRow>();
    found.set(row.sample_id, own.set(row.scorer, row));
  }
  return found;
}
