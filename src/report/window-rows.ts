import type { Analysis } from "../config/experiment.js";
import { type ControlSummary, summariseControl } from "../statistics/control.js";
import {
  type EstimateOptions,
  type EstimateResult,
  estimateCurve,
  type KeyedCurve,
} from "../statistics/estimate.js";
import type { Curve, CurveIdentity } from "./curves.js";

/** The post's thresholds: half of the responses, half of the tasks. */
export const GRID_LEVEL = 0.5;

/** One row of the window table. */
export interface WindowRow extends CurveIdentity {
  readonly axis: "log" | "linear";
  readonly residPerStrength: number | null;
  readonly rawPerStrength: number | null;
  readonly strengths: readonly number[];
  readonly tasks: number;
  readonly samples: { readonly target: number; readonly capability: number };
  readonly unscored: { readonly target: number; readonly capability: number };
  readonly result: EstimateResult;
  /** The random directions of the same model, question and layer; null where there are none. */
  readonly control: (ControlSummary & { readonly method: string }) | null;
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

/** Windows of all curves, in their order; the controls are estimated first, since their methods are held against them. */
export function windowRows(curves: readonly Curve[], options: EstimateOptions): WindowRow[] {
  const controls = new Map(
    curves
      .filter(({ role }) => role === "control")
      .map((curve) => [curve, estimateCurve(keyed(curve), null, options)] as const),
  );
  return curves.map((curve) => {
    const control = controlOf(curves, curve);
    const frontier = control === null ? null : (controls.get(control)?.frontier ?? null);
    const { result } = controls.get(curve) ?? estimateCurve(keyed(curve), frontier, options);
    return toRow(curve, control, result, options);
  });
}

function toRow(
  curve: Curve,
  control: Curve | null,
  result: EstimateResult,
  options: EstimateOptions,
): WindowRow {
  const { model, parameters, question, method, role, layer, positions, unit, capability, outcomes } = curve;
  return {
    ...{ model, parameters, question, method, role, layer, positions, unit, capability },
    axis: outcomes.axis,
    residPerStrength: curve.residPerStrength,
    rawPerStrength: curve.rawPerStrength,
    strengths: outcomes.strict.strengths,
    tasks: new Set(outcomes.capability.points.flat().map(({ id }) => id)).size,
    samples: { target: values(outcomes.strict.points), capability: values(outcomes.capability.points) },
    unscored: curve.unscored,
    result,
    control: control === null ? null : describe(control, result, options),
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

function describe(control: Curve, result: EstimateResult, options: EstimateOptions): WindowRow["control"] {
  if (result.kind === "not_estimated") return null;
  const level = options.levels.capability * result.estimate.baselineCapability;
  const summary = summariseControl(control.outcomes, control.draws, level, options.confidence);
  return { method: control.method, ...summary };
}

function values(points: Curve["outcomes"]["strict"]["points"]): number {
  return points.flat().reduce((sum, cluster) => sum + cluster.values.length, 0);
}
