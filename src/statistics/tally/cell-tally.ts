import type { Cluster } from "../outcomes.js";
import type { Tallied, Tallying } from "./tallying.js";

/** What a tally must know of a sample. */
interface TalliedSample {
  readonly prompt_kind: "question" | "task";
  readonly prompt_id: string;
  readonly capability: string | null;
  readonly strength_raw: number | null;
  readonly strength_resid: number | null;
}

/** One score of a sample: a value in [0, 1], or null where the scorer could not give one. */
interface TalliedScore {
  readonly scorer: string;
  readonly value: number | null;
  readonly label: string | null;
}

/** What samples were asked: one question, or the tasks of one capability. */
export type Asked = { readonly question: string } | { readonly capability: string };

/** The capability whose tasks were asked; null for a question. */
export const askedCapability = (asked: Asked): string | null =>
  "capability" in asked ? asked.capability : null;

/** The id of what was asked. */
export const askedId = (asked: Asked): string => ("capability" in asked ? asked.capability : asked.question);

interface ScorerTally {
  /** By question or task. */
  readonly values: Map<string, number[]>;
  readonly labels: Map<string, number>;
  scored: number;
}

interface AskedTally {
  samples: number;
  readonly scorers: Map<string, ScorerTally>;
}

/** Scores of one condition at one strength, as they come in, by what was asked and by scorer. */
export class CellTally {
  /** Samples added, scored or not. */
  samples = 0;
  resid: number | null = null;
  raw: number | null = null;
  readonly #tallying: Tallying;
  readonly #asked = new Map<string, AskedTally>();

  constructor(tallying: Tallying) {
    this.#tallying = tallying;
  }

  add(sample: TalliedSample, scores: readonly TalliedScore[]): void {
    this.samples += 1;
    this.resid ??= sample.strength_resid;
    this.raw ??= sample.strength_raw;
    const { prompt_kind, prompt_id, capability } = sample;
    const key = keyOf(
      prompt_kind === "question" ? { question: prompt_id } : { capability: capability ?? "" },
    );
    const asked = this.#asked.get(key) ?? { samples: 0, scorers: new Map() };
    this.#asked.set(key, asked);
    asked.samples += 1;
    for (const score of scores) {
      const tallied = this.#tallying.get(score.scorer);
      if (tallied !== undefined) addScore(asked, prompt_id, score, tallied);
    }
  }

  /** One cluster a question or task, by its id. */
  clusters(scorer: string, asked: Asked): readonly Cluster[] {
    const values = this.#tallyOf(scorer, asked)?.values ?? new Map<string, number[]>();
    return [...values]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, scored]) => ({ id, values: scored }));
  }

  /** How many responses have each label; empty for a scorer without classes. */
  labels(scorer: string, asked: Asked): ReadonlyMap<string, number> {
    return this.#tallyOf(scorer, asked)?.labels ?? new Map();
  }

  /** Samples to which a scorer gave no value. */
  unscored(scorer: string, asked: Asked): number {
    const samples = this.#asked.get(keyOf(asked))?.samples ?? 0;
    return samples - (this.#tallyOf(scorer, asked)?.scored ?? 0);
  }

  #tallyOf(scorer: string, asked: Asked): ScorerTally | undefined {
    return this.#asked.get(keyOf(asked))?.scorers.get(scorer);
  }
}

const keyOf = (asked: Asked): string =>
  "question" in asked ? `question ${asked.question}` : `capability ${asked.capability}`;

function addScore(
  { scorers }: AskedTally,
  prompt: string,
  { scorer, value, label }: TalliedScore,
  { classes, turned }: Tallied,
): void {
  if (value === null) return;
  const tally = scorers.get(scorer) ?? { values: new Map(), labels: new Map(), scored: 0 };
  scorers.set(scorer, tally);
  tally.scored += 1;
  const values = tally.values.get(prompt);
  const counted = turned ? 1 - value : value;
  if (values === undefined) tally.values.set(prompt, [counted]);
  else values.push(counted);
  if (classes && label !== null) tally.labels.set(label, (tally.labels.get(label) ?? 0) + 1);
}
