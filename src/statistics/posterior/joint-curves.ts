import { type PsychometricDraws, rateAt } from "../psychometric/psychometric.js";
import { type MixtureKept, mixtureFallsTo, mixtureKeptAt } from "./mixture-capability.js";
import { type PooledKept, pooledFallsTo, pooledKeptAt } from "./pooled-capability.js";

/** Capability as a share of its own baseline, one non-increasing curve for each draw. Plain data, so that it can be sent. */
type KeptDraws = MixtureKept | PooledKept;

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

/** Share of its baseline's capability that the i-th curve keeps at position x. */
export function keptAt({ capability }: JointCurves, i: number, x: number): number {
  return capability.kind === "mixture" ? mixtureKeptAt(capability, i, x) : pooledKeptAt(capability, i, x);
}

/** Position at which the i-th capability falls to `share`; Infinity or -Infinity if it does not between the ends. */
export function fallsTo({ capability, from, to }: JointCurves, i: number, share: number): number {
  return capability.kind === "mixture"
    ? mixtureFallsTo(capability, i, share, from, to)
    : pooledFallsTo(capability, i, share, from, to);
}
