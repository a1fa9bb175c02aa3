import type { Draws } from "../posterior/window-draws.js";
import {
  signedSum,
  summariseTerms,
  type TermDraw,
  type TermPart,
  type TermSummary,
} from "./decomposition-terms.js";

/** The inputs to the decomposition of a window on a log axis; draws of the two curves are independent and paired by index. */
interface DecompositionInput {
  /** log2 strengths of the vector's own ends. */
  readonly onset: Draws;
  readonly collapse: Draws;
  /** log2 strengths at which the random directions of the same norm collapse; null where none were run. */
  readonly controlCollapse: Draws | null;
  readonly predicted: PredictedOnset;
}

/** From the forced choice between right answer and target, by forward passes alone. */
interface ForcedChoice {
  /** Unsteered log p(right) - log p(target), nats; null without a forced choice. */
  readonly margin: number | null;
  /** How fast the margin falls per unit of strength at small strengths, in nats. */
  readonly gain: number | null;
}

type NoPrediction = "no_forecast" | "no_forced_choice" | "no_gain" | "no_margin";

/** log2 of the strength at which margin - gain * strength is 0, or why there is none. */
export type PredictedOnset =
  | {
      readonly name: "at";
      readonly position: number;
      /** In log2 nats; the position is logMargin - logGain. */
      readonly logMargin: number;
      readonly logGain: number;
    }
  | { readonly name: NoPrediction };

/** Draws in octaves: width = specificity + tolerance - onset, and onset = predicted + unexplained, in every draw. */
export interface Decomposition {
  readonly width: readonly TermDraw[];
  /** Collapse of the vector over that of random directions; null without random directions, as is `tolerance`. */
  readonly specificity: readonly TermDraw[] | null;
  readonly tolerance: readonly TermDraw[] | null;
  readonly onset: readonly TermDraw[];
  readonly predicted: PredictedOnset;
  /** Null where nothing is predicted. */
  readonly unexplained: readonly TermDraw[] | null;
}

export interface DecompositionSummary {
  readonly width: TermSummary;
  readonly specificity: TermSummary | null;
  readonly tolerance: TermSummary | null;
  readonly onset: TermSummary;
  readonly predicted: PredictedOnset;
  readonly unexplained: TermSummary | null;
}

/** Where the steered margin would reach 0 if it kept falling at its rate at small strengths. */
export function predictOnset(forecast: ForcedChoice | null): PredictedOnset {
  if (forecast === null) return { name: "no_forecast" };
  const { margin, gain } = forecast;
  if (margin === null || gain === null) return { name: "no_forced_choice" };
  if (!(margin > 0)) return { name: "no_margin" };
  if (!(gain > 0)) return { name: "no_gain" };
  const logMargin = Math.log2(margin);
  const logGain = Math.log2(gain);
  return { name: "at", position: logMargin - logGain, logMargin, logGain };
}

export function decompose({
  onset,
  collapse,
  controlCollapse,
  predicted,
}: DecompositionInput): Decomposition {
  const start = end(onset, "never_steered", "steered_at_lowest");
  const own = end(collapse, "never_collapsed", "collapsed_at_lowest");
  const random =
    controlCollapse === null
      ? null
      : end(controlCollapse, "random_never_collapsed", "random_collapsed_at_lowest");
  return {
    width: signedSum([{ ...start, sign: -1 }, own]),
    specificity: random === null ? null : signedSum([own, { ...random, sign: -1 }]),
    tolerance: random === null ? null : signedSum([random]),
    onset: signedSum([start]),
    predicted,
    unexplained:
      predicted.name === "at" ? signedSum([start]).map((draw) => shifted(draw, -predicted.position)) : null,
  };
}

function end(draws: Draws, above: string, below: string): TermPart {
  return { draws, sign: 1, above, below };
}

function shifted(draw: TermDraw, by: number): TermDraw {
  return typeof draw === "number" ? draw + by : draw;
}

export function summariseDecomposition(
  { width, specificity, tolerance, onset, predicted, unexplained }: Decomposition,
  confidence: number,
): DecompositionSummary {
  return { predicted, ...summariseTerms({ width, specificity, tolerance, onset, unexplained }, confidence) };
}
