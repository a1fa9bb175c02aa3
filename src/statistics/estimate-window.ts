import type { Analysis } from "../config/experiment.js";
import { type EstimatedCurve, type EstimateOptions, estimateCurve, type KeyedCurve } from "./fit/estimate.js";
import { type CurvePosteriors, curvePosteriors, NO_POSTERIORS } from "./posterior/curve-posteriors.js";
import type { SearchRange } from "./search-range.js";

/** The post's thresholds: half of the responses, half of the tasks. */
export const GRID_LEVEL = 0.5;

/** Everything that a window is estimated from. It is plain data, so that it can be sent to another process. */
export interface WindowJob extends KeyedCurve {
  readonly range: SearchRange;
  readonly analysis: Analysis;
  /** Seed of the experiment. */
  readonly seed: number;
}

/** A window by itself: what it gains over a control follows from both. */
export interface EstimatedWindow {
  readonly estimated: EstimatedCurve;
  readonly posteriors: CurvePosteriors;
}

/** Identifies a curve in the keys of its random streams. */
interface WindowIdentity {
  readonly model: string;
  readonly question: string;
  readonly method: string;
  readonly layer: number | null;
  readonly capability: string;
}

export const windowKey = ({ model, question, method, layer, capability }: WindowIdentity): string =>
  [model, question, method, layer ?? "", capability].join("/");

/** The fitted window with its bootstrap, and the posteriors where responses were classified. A pure function. */
export function estimateWindow({ key, curve, range, analysis, seed }: WindowJob): EstimatedWindow {
  const estimated = estimateCurve({ key, curve }, estimateOptions(analysis, seed));
  const applies = estimated.result.kind === "estimated" && curve.intact !== null;
  return {
    estimated,
    posteriors: applies ? curvePosteriors({ key, curve }, range, analysis, seed) : NO_POSTERIORS,
  };
}

export function estimateOptions(analysis: Analysis, seed: number): EstimateOptions {
  return {
    levels: { target: analysis.target_threshold, capability: analysis.capability_threshold },
    gridLevel: GRID_LEVEL,
    frontierLoss: analysis.frontier_loss,
    confidence: analysis.confidence,
    replicates: analysis.bootstrap,
    seed,
  };
}
