import type { CurveOutcomes } from "../../statistics/curve.js";
import type { WindowLevels } from "../../statistics/fit/fitted-window.js";

/** One (model, method, layer, question), its draws pooled: what a window is found of. */
export interface DesignCondition {
  /** Unique; stable over rounds. */
  readonly id: string;
  readonly model: string;
  readonly role: "method" | "control";
  /** Vectors pooled in it. */
  readonly draws: number;
  /** Tasks of the capability that rounds are chosen for; a request's task samples are of each of them. */
  readonly tasks: number;
  /** Tasks of other capabilities: sampled with each pass over the tasks, they cost samples and tell nothing of the collapse. */
  readonly companions: number;
  /** Strengths between which it is looked for. */
  readonly range: { readonly from: number; readonly to: number };
  /** What forward passes alone say; null where they say nothing. Strengths, not positions. */
  readonly forecast: { readonly onset: number | null; readonly collapse: number | null };
  /** Everything scored so far, the baseline among it. */
  readonly outcomes: CurveOutcomes;
  /** False where decoding is greedy: then a cell has one sample and more say nothing new. */
  readonly samplable: { readonly question: boolean; readonly task: boolean };
}

/** Samples to take of one condition at one strength. */
export interface RoundRequest {
  readonly condition: string;
  readonly draw: number;
  readonly strength: number;
  readonly question_samples: number;
  /** Of each task. */
  readonly task_samples: number;
}

export interface DesignSettings {
  readonly levels: WindowLevels;
  readonly confidence: number;
  /** Octaves: a width's interval this narrow, for these items, is narrow enough. */
  readonly precision: number;
  /** Samples that one condition may take. */
  readonly window_samples: number;
  /** Samples that the run may still take; null for no limit. */
  readonly samples_left: number | null;
  /** Samples that a round should have of each model that has open conditions, so that blocks are full. */
  readonly round_samples: number;
  readonly seed: number;
}

/** How a condition stands before a round. */
export interface ConditionState {
  readonly condition: string;
  /** `reached`: narrow enough, or known to be never steered. `exhausted`: its samples are spent. */
  readonly status: "reached" | "open" | "exhausted";
  readonly samples: number;
  /** Length of the width's interval in octaves; null where an end of it is a name. */
  readonly length: number | null;
  /** Samples in all that the precision would take, extrapolated; null where it cannot be told. */
  readonly samples_to_reach: number | null;
}

export interface RoundChoice {
  /** Empty: nothing is left to do. */
  readonly requests: readonly RoundRequest[];
  readonly states: readonly ConditionState[];
  readonly stop: "precision" | "window_samples" | "max_samples" | null;
}

/** Samples of one pass over the tasks. */
export const passSamples = ({ tasks, companions }: Pick<DesignCondition, "tasks" | "companions">): number =>
  tasks + companions;
