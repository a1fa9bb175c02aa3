import { CellTally, type TalliedScores } from "../../statistics/cell-tally.js";
import type { CurveOutcomes } from "../../statistics/curve.js";
import { talliedOutcomes } from "../../statistics/tallied-outcomes.js";
import type { SampleRow, ScoreRow } from "../../store/tables/rows.js";

/** What a window is found of: draws are pooled. */
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
  readonly #baselines = new Map<string, CellTally>();
  readonly #conditions = new Map<string, Map<number, CellTally>>();
  readonly #known = new Map<string, { readonly seen: string; readonly outcomes: CurveOutcomes }>();

  /** Adds committed samples with their scores, in plan order. */
  add(samples: readonly SampleRow[], scores: readonly ScoreRow[]): void {
    const bySample = talliedScores(scores);
    for (const sample of samples) this.#tallyOf(sample)?.add(sample, bySample.get(sample.sample_id) ?? {});
  }

  /** The same object as before where nothing was added since: what follows from it need not be worked out again. */
  outcomes(key: ConditionKey, axis: CurveOutcomes["axis"], capability: string): CurveOutcomes {
    const id = conditionId(key);
    const tallies = this.#conditions.get(id) ?? new Map<number, CellTally>();
    const baseline = this.#baselines.get(key.model) ?? new CellTally();
    const about = `${id} ${capability}`;
    const seen = `${axis} ${[baseline, ...tallies.values()].reduce((sum, { samples }) => sum + samples, 0)}`;
    const known = this.#known.get(about);
    if (known?.seen === seen) return known.outcomes;
    const outcomes = {
      axis,
      ...talliedOutcomes(tallies, baseline, { question: key.question, capability }),
    };
    this.#known.set(about, { seen, outcomes });
    return outcomes;
  }

  #tallyOf({ role, model, method, layer, question, strength }: SampleRow): CellTally | null {
    if (role === "baseline") return tallyIn(this.#baselines, model);
    if (method === null || layer === null || question === null || strength === null) return null;
    const id = conditionId({ model, method, layer, question });
    const tallies = this.#conditions.get(id) ?? new Map<number, CellTally>();
    this.#conditions.set(id, tallies);
    return tallyIn(tallies, strength);
  }
}

function tallyIn<Key>(tallies: Map<Key, CellTally>, key: Key): CellTally {
  const tally = tallies.get(key) ?? new CellTally();
  tallies.set(key, tally);
  return tally;
}

/** A sample's scores by the names that a tally knows; of several versions of a scorer the highest. */
function talliedScores(scores: readonly ScoreRow[]): Map<string, TalliedScores> {
  const found = new Map<string, Partial<Record<keyof TalliedScores, number | null>>>();
  const sorted = scores.toSorted((a, b) => a.scorer_version - b.scorer_version);
  for (const { sample_id, scorer, value } of sorted) {
    const name = TALLIED[scorer];
    if (name === undefined) continue;
    const entry = found.get(sample_id) ?? {};
    entry[name] = value;
    found.set(sample_id, entry);
  }
  return found;
}

const TALLIED: Readonly<Record<string, keyof TalliedScores>> = {
  contains: "contains",
  strict: "strict",
  response_class: "intact",
  python: "capability",
};
