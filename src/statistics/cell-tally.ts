import type { Cluster } from "./outcomes.js";

/** What a tally must know of a sample. */
export interface TalliedSample {
  readonly prompt_kind: "question" | "task";
  readonly prompt_id: string;
  readonly capability: string | null;
  readonly strength_raw: number | null;
  readonly strength_resid: number | null;
}

/** A sample's scores in [0, 1]; undefined where a scorer has not seen the sample, null where it could not score. */
export interface TalliedScores {
  readonly contains?: number | null;
  readonly strict?: number | null;
  /** 1 unless the response is degenerate. */
  readonly intact?: number | null;
  readonly capability?: number | null;
}

/** Scores of one condition at one strength, as they come in. */
export class CellTally {
  /** Samples added, scored or not. */
  samples = 0;
  resid: number | null = null;
  raw: number | null = null;
  readonly #contains = new Map<string, number[]>();
  readonly #strict = new Map<string, number[]>();
  readonly #intact = new Map<string, number[]>();
  readonly #tasks = new Map<string, Map<string, number[]>>();
  readonly #unscoredQuestions = new Map<string, number>();
  readonly #unscoredCapabilities = new Map<string, number>();

  add(sample: TalliedSample, scores: TalliedScores): void {
    this.samples += 1;
    this.resid ??= sample.strength_resid;
    this.raw ??= sample.strength_raw;
    if (sample.prompt_kind === "question") {
      const { contains, strict, intact } = scores;
      if (typeof contains === "number") push(this.#contains, sample.prompt_id, contains);
      if (typeof intact === "number") push(this.#intact, sample.prompt_id, intact);
      if (typeof strict === "number") push(this.#strict, sample.prompt_id, strict);
      else count(this.#unscoredQuestions, sample.prompt_id);
      return;
    }
    const capability = sample.capability ?? "";
    const tasks = this.#tasks.get(capability) ?? new Map<string, number[]>();
    this.#tasks.set(capability, tasks);
    if (typeof scores.capability === "number") push(tasks, sample.prompt_id, scores.capability);
    else count(this.#unscoredCapabilities, capability);
  }

  contains(question: string): readonly Cluster[] {
    return clusters(this.#contains, (id) => id === question);
  }

  strict(question: string): readonly Cluster[] {
    return clusters(this.#strict, (id) => id === question);
  }

  intact(question: string): readonly Cluster[] {
    return clusters(this.#intact, (id) => id === question);
  }

  /** One cluster a task, by task id. */
  capability(capability: string): readonly Cluster[] {
    return clusters(this.#tasks.get(capability) ?? new Map(), () => true);
  }

  unscoredTarget(question: string): number {
    return this.#unscoredQuestions.get(question) ?? 0;
  }

  unscoredCapability(capability: string): number {
    return this.#unscoredCapabilities.get(capability) ?? 0;
  }
}

function push(values: Map<string, number[]>, key: string, value: number): void {
  const list = values.get(key);
  if (list === undefined) values.set(key, [value]);
  else list.push(value);
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function clusters(
  values: ReadonlyMap<string, number[]>,
  wanted: (id: string) => boolean,
): readonly Cluster[] {
  return [...values]
    .filter(([id]) => wanted(id))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, scored]) => ({ id, values: scored }));
}
