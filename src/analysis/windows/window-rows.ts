import type { Analysis } from "../../config/experiment.js";
import {
  type EstimatedWindow,
  estimateOptions,
  type WindowJob,
  windowKey,
} from "../../statistics/estimate-window.js";
import { summariseControl } from "../../statistics/fit/control.js";
import { againstControl, type EstimateOptions, type EstimateResult } from "../../statistics/fit/estimate.js";
import {
  type CurvePosteriors,
  NO_POSTERIORS,
  overControls,
} from "../../statistics/posterior/curve-posteriors.js";
import type { SearchRange } from "../../statistics/search-range.js";
import type { Curve, CurveIdentity, SampleCounts } from "../curves.js";
import { type Headline, headlineOf } from "./headline.js";
import type { RowControl } from "./row-control.js";

/** `estimateWindow`, wherever it is done. */
export type Estimator = (job: WindowJob) => Promise<EstimatedWindow>;

/** One row of the window table. */
export interface WindowRow extends CurveIdentity {
  readonly axis: "log" | "linear";
  /** Place of the layer in its method's list, so that a fraction of depth is followed over sizes. */
  readonly slot: number;
  readonly residPerStrength: number | null;
  readonly rawPerStrength: number | null;
  readonly strengths: readonly number[];
  readonly range: SearchRange;
  readonly tasks: number;
  readonly samples: SampleCounts;
  readonly unscored: SampleCounts;
  readonly nonFinite: SampleCounts;
  /** The fitted window with bootstrap intervals, and the post's own numbers. */
  readonly result: EstimateResult;
  /** Each null where it does not apply: no classes of responses, nothing to estimate, or too few tasks. */
  readonly posterior: CurvePosteriors;
  /** The headline of the two; null if nothing could be estimated. */
  readonly headline: Headline | null;
  /** The random directions of the same model, question and layer; null where there are none. */
  readonly control: RowControl | null;
}

interface WindowRowOptions {
  readonly settings: Analysis;
  readonly seed: number;
  readonly slotOf: (curve: CurveIdentity) => number;
  readonly estimate: Estimator;
}

/** Windows of all curves, in their order, with methods compared with their controls; nothing is estimated twice. */
export async function windowRows(
  curves: readonly Curve[],
  { settings, seed, slotOf, estimate }: WindowRowOptions,
): Promise<WindowRow[]> {
  const { confidence } = settings;
  const options = estimateOptions(settings, seed);
  const estimated = new Map(
    await Promise.all(
      curves.map(
        async (curve) => [curve, await estimate({ ...windowJob(curve), analysis: settings, seed })] as const,
      ),
    ),
  );
  return curves.map((curve) => {
    const own = estimated.get(curve);
    if (own === undefined) throw new RangeError("windowRows: a curve without an estimate");
    const control = controlOf(curves, curve);
    const other = control === null ? undefined : estimated.get(control);
    const beside = other?.posteriors ?? NO_POSTERIORS;
    const result = againstControl(own.estimated, other?.estimated.frontier ?? null, confidence);
    const posterior = overControls(own.posteriors, beside, confidence);
    return {
      ...toRow(curve, result),
      slot: slotOf(curve),
      posterior,
      headline: headlineOf(result, posterior, settings.frontier_loss),
      control: describe(control, beside, result, options),
    };
  });
}

const windowJob = (curve: Curve): Pick<WindowJob, "key" | "curve" | "range"> => ({
  key: windowKey(curve),
  curve: curve.outcomes,
  range: curve.range,
});

function toRow(
  curve: Curve,
  result: EstimateResult,
): Omit<WindowRow, "slot" | "posterior" | "headline" | "control"> {
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
    nonFinite: curve.nonFinite,
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
