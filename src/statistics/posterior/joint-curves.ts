import { type PsychometricDraws, rateAt } from "./psychometric.js";

/** Capability as a share of its own baseline, one curve a draw; it never rises. */
export interface KeptDraws {
  /** The baseline's rate. */
  readonly baseline: Float64Array;
  /** Share that the i-th curve keeps at position x. */
  kept(i: number, x: number): number;
  /** Position at which the i-th curve falls to `share`; Infinity or -Infinity if it does not between the ends. */
  fallsTo(i: number, share: number): number;
}

/** Draws of a window's three curves that belong together. */
export interface JointCurves {
  readonly count: number;
  /** Positions between which the curves are searched. */
  readonly from: number;
  readonly to: number;
  /** Target among intact responses. */
  readonly rise: PsychometricDraws;
  readonly intact: PsychometricDraws;
  readonly capability: KeptDraws;
}

/** Strict target rate of the i-th draw at x: target among intact responses times intact. */
export function targetAt({ rise, intact }: JointCurves, i: number, x: number): number {
  return rateAt(rise, i, x) * rateAt(intact, i, x);
}

/** Strict target rate of the i-th draw without steering. */
export function unsteeredTarget({ rise, intact }: JointCurves, i: number): number {
  return (rise.start[i] as number) * (intact.start[i] as number);
}
