import type { Axis } from "../series.js";

export type SafetyName = "never_steered" | "never_collapsed";
export interface WindowDraws {
  readonly axis: Axis;
  /** Positions on the axis: log2 strength, or strength. Infinity: never steered. */
  readonly onset: Draws;
  /** Infinity: never collapsed. */
  readonly collapse: Draws;
  /** Collapse minus onset; -Infinity where never steered (whatever the collapse), else Infinity where never collapsed. */
  readonly width: Draws;
  /** Margin of safety: log2 of the dose at 10 % capability loss over the dose at 90 % of the best target rate. */
  readonly safety: Draws;
  /** Best strict target rate that keeps at least 1 - loss of the baseline's capability, by loss, ascending. */
  readonly frontier: readonly { readonly loss: number; readonly rate: Draws }[];
}
/**
 * Draws of one number from a posterior. Infinity stands for an end beyond all numbers (never steered, never collapsed),
 * -Infinity for one below them. Never NaN. The i-th draws of one window belong together.
 */
export type Draws = Float64Array;
