/**
 * The curve that a scorer's values make over strength. `target`, `loose_target` (the post's measure of it), `intact` and
 * `capability` each have one scorer; of several that declare the same one, the last takes it. `own` is a further curve,
 * with separate tables and figures; the values of `none` stay in the table of scores.
 */
export type OutcomeCurve = "target" | "loose_target" | "intact" | "capability" | "own" | "none";

/** What a scorer's values mean. */
export interface Outcome {
  /** `rate`: 0 or 1; `mean`: anything in [0, 1]; `class`: a label that is one of a few, and a value of 0 or 1. */
  readonly kind: "rate" | "mean" | "class";
  readonly curve: OutcomeCurve;
  readonly smaller_is_better: boolean;
}

/** What run and report must know of a scorer to tally its scores. */
export interface ScorerDeclaration {
  /** The value of the column `scorer`. */
  readonly name: string;
  /** Which responses it scores. */
  readonly asks: "question" | "task";
  readonly outcome: Outcome;
}
