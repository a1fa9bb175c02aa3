/** Samples of one vector at one strength that a round adds. */
export interface RoundCell {
  readonly model: string;
  readonly method: string;
  readonly question: string;
  readonly layer: number;
  readonly draw: number;
  readonly strength: number;
  readonly question_samples: number;
  /** Of each task. */
  readonly task_samples: number;
}

/** What is chosen at one time from what was committed before; written down before any of it is sent. */
export interface Round {
  /** 0-based, over the run. */
  readonly index: number;
  /** `forecast` needs vectors and no samples; `screening` is on development questions; `told` has fixed strengths. */
  readonly stage: "forecast" | "screening" | "told" | "windows";
  /** Of the stage and lane of models: each halving of the layers is a step of the screening. Lanes number theirs apart. */
  readonly step: number;
  /** Vectors to fit beside those of the cells. */
  readonly vectors: readonly Pick<RoundCell, "model" | "method" | "question" | "layer" | "draw">[];
  readonly cells: readonly RoundCell[];
}
