import type { Series } from "../series.js";

/** The post's own numbers, on the tested strengths alone: nothing is interpolated. */
export interface GridWindow {
  /** Lowest strength with any target response. */
  readonly firstAny: number | "never_steered";
  /** Lowest strength at which at least `level` of the responses contain the target. */
  readonly firstMajority: number | "never_steered";
  /** Highest strength at which capability is at least `level`. */
  readonly lastCapable: number | "never_capable";
  /** True where `lastCapable` is the highest strength tested: the width is then a lower bound. */
  readonly capableAtHighest: boolean;
  /** lastCapable - firstMajority in units of strength, signed; null where one of them has a name. */
  readonly width: number | null;
}

/**
 * The post's estimator: absolute thresholds on raw rates (`level` is .5 in the post), target counted by *contains*.
 * `target` and `capability` may have been tested at different strengths; the baseline is not among them.
 */
export function gridWindow(target: Series, capability: Series, level: number): GridWindow {
  const firstAny = firstStrength(target, (rate) => rate > 0);
  const firstMajority = firstStrength(target, (rate) => rate >= level);
  const capable = capability.rates.findLastIndex((rate) => rate >= level);
  const lastCapable = capability.strengths[capable] ?? "never_capable";
  return {
    firstAny,
    firstMajority,
    lastCapable,
    capableAtHighest: capable >= 0 && capable === capability.rates.length - 1,
    width:
      typeof firstMajority === "number" && typeof lastCapable === "number"
        ? lastCapable - firstMajority
        : null,
  };
}

function firstStrength(series: Series, holds: (rate: number) => boolean): number | "never_steered" {
  return series.strengths[series.rates.findIndex(holds)] ?? "never_steered";
}
