import type { Analysis } from "../config/experiment.js";
import { type ControlSummary, summariseControl } from "../statistics/control.js";
import {
  type EstimatedCurve,
  type EstimateOptions,
  type EstimateResult,
  estimateCurve,
  type KeyedCurve,
} from "../statistics/estimate.js";
import { type CurvePosteriors, curvePosteriors, NO_POSTERIORS } from "./curve-posteriors.js";
import type { Curve, CurveIdentity } from "./curves.js";
import { type Headline, headlineOf } from "./headline.js";
import type { SearchRange } from "./search-range.js";

/** The post's thresholds: half of the responses, half of the tasks. */
export const GRID_LEVEL = 0.5;

/** One row of the window table. */
export interface WindowRow extends CurveIdentity {
  readonly axis: "log" | "linear";
  readonly residPerStrength: number | null;
  readonly rawPerStrength: number | null;
  readonly strengths: readonly number[];
  readonly range: SearchRange;
  readonly tasks: number;
  readonly samples: { readonly target: number; readonly capability: number };
  readonly unscored: { readonly target: number; readonly capability: number };
  /** The fitted window with bootstrap intervals, and the post's own numbers. */
  readonly result: EstimateResult;
  /** Each null where it does not apply: no classes of responses, nothing to estimate, or too few tasks. */
  readonly posterior: CurvePosteriors;
  /** What stands first of the two; null where nothing could be estimated. */
  readonly headline: Headline | null;
  /** The random directions of the same model, question and layer; null where there are none. */
  readonly control: RowControl | null;
}

export interface RowControl extends ControlSummary {
  readonly method: string;
  readonly posterior: CurvePosteriors;
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

/**
 * Windows of all curves, in their order. The controls come first, since their methods are held against them; nothing is
 * estimated twice.
 */
export function windowRows(curves: readonly Curve[], analysis: Analysis, seed: number): WindowRow[] {
  const options = estimateOptions(analysis, seed);
  const estimated = new Map<Curve, EstimatedCurve>();
  const posteriors = new Map<Curve, CurvePosteriors>();
  const ordered = curves.toSorted((a, b) => Number(a.role === "method") - Number(b.role === "method"));
  for (const curve of ordered) {
    const control = controlOf(curves, curve);
    const against = control === null ? null : (estimated.get(control)?.frontier ?? null);
    const own = estimateCurve(keyed(curve), against, options);
    estimated.set(curve, own);
    const beside = control === null ? NO_POSTERIORS : (posteriors.get(control) ?? NO_POSTERIORS);
    const applies = own.result.kind === "estimated" && curve.outcomes.intact !== null;
    posteriors.set(
      curve,
      applies ? curvePosteriors(keyed(curve), curve.range, beside, analysis, seed) : NO_POSTERIORS,
    );
  }
  return curves.map((curve) => {
    const result = estimated.get(curve)?.result;
    if (result === undefined) throw new RangeError("windowRows: a curve without an estimate");
    const control = controlOf(curves, curve);
    const posterior = posteriors.get(curve) ?? NO_POSTERIORS;
    const beside = control === null ? NO_POSTERIORS : (posteriors.get(control) ?? NO_POSTERIORS);
    return {
      ...toRow(curve, result),
      posterior,
      headline: headlineOf(result, posterior, analysis.frontier_loss),
      control: describe(control, beside, result, options),
    };
  });
}

function toRow(curve: Curve, result: EstimateResult): Omit<WindowRow, "posterior" | "headline" | "control"> {
  const { model, parameters, question, method, role, layer, positions, unit, capability, outcomes } = curve;
  return {
    ...{ model, parameters, question, method, role, layer, positions, unit, capability },
    axis: outcomes.axis,
    residPerStrength: curve.residPerStrength,
    rawPerStrength: curve.rawPerStrength,
    strengths: outcomes.strict.strengths,
    tasks: new Set(outcomes.capability.points.flat().map(({ id }) => id)).size,
    samples: { target: values(outcomes.strict.points), capability: values(outcomes.capability.points) },
    range: curve.range,
    unscored: curve.unscored,
    result,
  };
}

/** The random directions beside a curve: the first control of the same model, question, layer and unit; null without. */
export function controlOf(curves: readonly Curve[], curve: Curve): Curve | null {
  if (curve.role === "control") return null;
  return curves.find((other) => isControlOf(other, curve)) ?? null;
}

function isControlOf(other: Curve, curve: Curve): boolean {
  const keys = ["model", "question", "layer", "positions", "unit", "capability"] as const;
  return (
    other.role === "control" &&
    other.outcomes.axis === curve.outcomes.axis &&
    keys.every((key) => other[key] === curve[key])
  );
}

function keyed(curve: Curve): KeyedCurve {
  const { model, question, method, layer, capability } = curve;
  return { key: [model, question, method, layer ?? "", capability].join("/"), curve: curve.outcomes };
}

function describe(
  control: Curve | null,
  posterior: CurvePosteriors,
  result: EstimateResult,
  options: EstimateOptions,
): RowControl | null {
  if (control === null || result.kind === "not_estimated") return null;
  const level = options.levels.capability * result.estimate.baselineCapability;
  const summary = summariseControl(control.outcomes, control.draws, level, options.confidence);
  return { method: control.method, posterior, ...summary };
}

function values(points: Curve["outcomes"]["strict"]["points"]): number {
  return points.flat().reduce((sum, cluster) => sum + cluster.values.length, 0);
}
