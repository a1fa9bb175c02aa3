import type { CurveOutcomes } from "../../statistics/curve.js";
import type { WindowLevels } from "../../statistics/fit/fitted-window.js";

/** One (model, method, layer, question), with its draws pooled, whose window is searched. */
export interface DesignCondition {
  /** Unique; stable over rounds. */
  readonly id: string;
  readonly model: string;
  readonly role: "method" | "control";
  /** Vectors pooled in it. */
  readonly draws: number;
  /** Tasks of the capability for which rounds are chosen; a request states its task samples for each of them. */
  readonly tasks: number;
  /** Tasks of other capabilities: sampled with each pass over the tasks, they cost samples but do not inform the collapse. */
  readonly companions: number;
  /** Strengths between which the window is searched. */
  readonly range: { readonly from: number; readonly to: number };
  /** The forecast from forward passes alone, as strengths; null where there is none. */
  readonly forecast: { readonly onset: number | null; readonly collapse: number | null };
  /** Everything scored so far, the baseline among it. */
  readonly outcomes: CurveOutcomes;
  /** False if decoding is greedy: a cell then has one sample, and more would add nothing. */
  readonly samplable: { readonly question: boolean; readonly task: boolean };
}

/** Samples to take of one condition at one strength. */
export interface RoundRequest {
  readonly condition: string;
  readonly draw: number;
  readonly strength: number;
  readonly question_samples: number;
  /** For each task. */
  readonly task_samples: number;
}

export interface DesignSettings {
  readonly levels: WindowLevels;
  readonly confidence: number;
  /** Octaves: a width's interval of this length, for these items, is precise enough. */
  readonly precision: number;
  /** Samples that one condition may take. */
  readonly window_samples: number;
  /** Samples that the run may still take; null for no limit. */
  readonly samples_left: number | null;
  /** Samples that a round should have of each model that has open conditions, so that blocks are full. */
  readonly round_samples: number;
  readonly seed: number;
}

/** The state of a condition before a round. */
export interface ConditionState {
  readonly condition: string;
  /** `reached`: narrow enough, or known to be never steered. `exhausted`: its samples are spent. */
  readonly status: "reached" | "open" | "exhausted";
  readonly samples: number;
  /** Length of the width's interval in octaves; null where an end of it is a name. */
  readonly length: number | null;
  /** Total samples that the precision would take, extrapolated; null if it cannot be estimated. */
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
