import type { Axis, Series } from "../series.js";
import { type CrossingResult, firstAtOrAbove, firstAtOrBelow } from "./crossing.js";
import { isotonicDecreasing, unimodal } from "./isotonic.js";

export type Onset =
  | { readonly name: "at"; readonly strength: number; readonly after: number; readonly by: number }
  | { readonly name: "never_steered" | "steered_at_lowest" };

export type Collapse =
  | { readonly name: "at"; readonly strength: number; readonly after: number; readonly by: number }
  | { readonly name: "never_collapsed" | "collapsed_at_lowest" };

export type NoWidth = Exclude<Onset["name"] | Collapse["name"], "at">;

/** The width, or the names of the ends that could not be placed. */
export type Width =
  | { readonly name: "at"; readonly value: number; readonly empty: boolean }
  | { readonly name: "unplaced"; readonly reasons: readonly NoWidth[] };

export interface WindowLevels {
  /** Onset: strict target rate at or above this. */
  readonly target: number;
  /** Collapse: capability at or below this share of the baseline's. */
  readonly capability: number;
}

export interface FittedWindow {
  readonly onset: Onset;
  readonly collapse: Collapse;
  /** log2(collapse / onset), in octaves, on a log axis; collapse - onset, in strength, on a linear one. Signed. */
  readonly width: Width;
}

interface WindowSeries {
  readonly axis: Axis;
  readonly target: Series;
  readonly capability: Series;
  /** Unsteered capability of the same model on the same tasks, in (0, 1]. */
  readonly baselineCapability: number;
}

/**
 * The fitted window. The target rate rises and, past the collapse, falls as answers turn into gibberish. Its fit is
 * therefore unimodal, and the onset lies on the rising limb; if it lies past the collapse, the window is empty.
 */
export function fittedWindow(series: WindowSeries, levels: WindowLevels): FittedWindow {
  const onset = findOnset(series, levels.target);
  const collapse = findCollapse(
    series.capability,
    series.axis,
    levels.capability * series.baselineCapability,
  );
  return { onset, collapse, width: findWidth(onset, collapse, series.axis) };
}

function findOnset({ target, axis }: WindowSeries, level: number): Onset {
  const { fit, mode } = unimodal(target.rates, target.n);
  const found = firstAtOrAbove(target.strengths, fit.slice(0, mode + 1), level, axis);
  return named(found, "steered_at_lowest", "never_steered");
}

/** Where the non-increasing fit of a capability falls to `level`, an absolute rate. */
export function findCollapse(capability: Series, axis: Axis, level: number): Collapse {
  const fit = isotonicDecreasing(capability.rates, capability.n);
  return named(
    firstAtOrBelow(capability.strengths, fit, level, axis),
    "collapsed_at_lowest",
    "never_collapsed",
  );
}

function named<Before extends string, Beyond extends string>(
  found: CrossingResult,
  before: Before,
  beyond: Beyond,
): { name: "at"; strength: number; after: number; by: number } | { name: Before | Beyond } {
  if (found.kind === "crossed") return { name: "at", ...found.crossing };
  return { name: found.kind === "before" ? before : beyond };
}

/** Rounding error between two ends at the same point: a window this narrow is not empty. */
const ROUNDING = 1e-12;

function findWidth(onset: Onset, collapse: Collapse, axis: Axis): Width {
  if (onset.name === "at" && collapse.name === "at") {
    const difference =
      axis === "log" ? Math.log2(collapse.strength / onset.strength) : collapse.strength - onset.strength;
    const value = Math.abs(difference) < ROUNDING ? 0 : difference;
    return { name: "at", value, empty: value < 0 };
  }
  const reasons = [onset.name, collapse.name].filter((name): name is NoWidth => name !== "at");
  return { name: "unplaced", reasons };
}
