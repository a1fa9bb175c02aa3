/** What a scorer is given of a sample: the response and what it was asked. */
export interface Response {
  readonly sample_id: string;
  readonly text: string;
  /** "error" is what the model spoiled under an edit (non-finite logits): a failure, not a missing score. */
  readonly stop: "end" | "length" | "stop" | "error";
}

export type ResponseClass = "target" | "correct" | "other" | "refusal" | "degenerate";

/** Missing is null with a reason; a failure of the model is a 0 with a reason. Never NaN. */
export interface Score {
  readonly sample_id: string;
  readonly scorer: string;
  readonly scorer_version: number;
  readonly value: number | null;
  /** The class of a response, the extracted answer, or the kind of failure. */
  readonly label: string | null;
  /** Why the value is null (machinery), or why it is 0 where that helps a reader. */
  readonly reason: string | null;
}

/** A scorer of one kind of prompt. Pure, except where it needs a sandbox, which is handed in. */
export interface Scorer<Item> {
  readonly name: string;
  readonly version: number;
  score(item: Item, responses: readonly Response[]): Promise<readonly Score[]>;
}
