import type { Draws, WindowDraws } from "../statistics/posterior/window-draws.js";
import { type Truth, trueWidth } from "./truth.js";

export const ENDS = ["onset", "collapse", "width"] as const;
export type End = (typeof ENDS)[number];

/** The result for one end or for the width, in octaves; infinite for *never*. */
export interface Said {
  readonly truth: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** The outcome of one simulated experiment. */
export interface Simulated extends Readonly<Record<End, Said>> {
  readonly samples: number;
  readonly rounds: number;
  /** The sampling stopped because the requested precision was reached. */
  readonly reached: boolean;
  /** The stated probabilities. */
  readonly stated: {
    readonly window: number;
    readonly neverSteered: number;
    readonly neverCollapsed: number;
  };
}

export function judged(
  truth: Truth,
  draws: WindowDraws,
  windowProbability: number,
  confidence: number,
  cost: { readonly samples: number; readonly rounds: number; readonly reached: boolean },
): Simulated {
  return {
    ...cost,
    onset: said(truth.onset, draws.onset, confidence),
    collapse: said(truth.collapse, draws.collapse, confidence),
    width: said(trueWidth(truth), draws.width, confidence),
    stated: {
      window: windowProbability,
      neverSteered: neverShare(draws.onset),
      neverCollapsed: neverShare(draws.collapse),
    },
  };
}

export function hasWindow(truth: Truth | Simulated): boolean {
  const onset = typeof truth.onset === "number" ? truth.onset : truth.onset.truth;
  const collapse = typeof truth.collapse === "number" ? truth.collapse : truth.collapse.truth;
  return onset !== Number.POSITIVE_INFINITY && onset < collapse;
}

function said(truth: number, draws: Draws, confidence: number): Said {
  const sorted = draws.toSorted();
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0;
  const tail = (1 - confidence) / 2;
  return { truth, median: at(0.5), low: at(tail), high: at(1 - tail) };
}

function neverShare(end: Draws): number {
  return end.reduce((sum, x) => sum + Number(x === Number.POSITIVE_INFINITY), 0) / end.length;
}
