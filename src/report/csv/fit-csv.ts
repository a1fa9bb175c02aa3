import type { Generalises } from "../../statistics/fit/bootstrap.js";
import type { Estimate, EstimateIntervals } from "../../statistics/fit/estimate.js";
import type { Fields } from "./csv.js";
import { bounds, bracketFields, endFields, widthFields } from "./csv-fields.js";

/** Columns of the fitted window with its bootstrap (`fit_*`) and of the post's own numbers (`grid_*`). */
export function fitFields(estimate: Estimate | null): Fields {
  const { window, frontier, grid, intervals } = estimate ?? {};
  return {
    ...endFields("fit_onset", window?.onset),
    ...bracketFields("fit_onset", window?.onset),
    ...endFields("fit_collapse", window?.collapse),
    ...bracketFields("fit_collapse", window?.collapse),
    ...widthFields("fit_", window?.width),
    fit_frontier_rate: frontier?.method.rate ?? null,
    fit_frontier_strength: frontier?.method.strength ?? null,
    fit_frontier_control_rate: frontier?.control?.rate ?? null,
    fit_frontier_gain: frontier?.gain ?? null,
    grid_first_any: grid?.firstAny ?? null,
    grid_first_majority: grid?.firstMajority ?? null,
    grid_last_capable: grid?.lastCapable ?? null,
    grid_capable_at_highest: grid?.capableAtHighest ?? null,
    grid_width: grid?.width ?? null,
    ...intervalFields("these", intervals?.these ?? null),
    ...intervalFields("like_these", intervals?.like_these ?? null),
  };
}

function intervalFields(population: Generalises, intervals: EstimateIntervals | null): Fields {
  const window = intervals?.window;
  const share = (of: number | undefined) => (window === undefined ? null : (of ?? 0));
  return {
    ...bounds("fit_onset", population, window?.onset),
    ...bounds("fit_collapse", population, window?.collapse),
    ...bounds("fit_width", population, window?.width),
    [`fit_onset_grid_limited_${population}`]: window?.gridLimited.onset ?? null,
    [`fit_collapse_grid_limited_${population}`]: window?.gridLimited.collapse ?? null,
    [`fit_window_share_${population}`]: window?.windowShare ?? null,
    [`fit_never_steered_share_${population}`]: share(window?.onset.shares.never_steered),
    [`fit_never_collapsed_share_${population}`]: share(window?.collapse.shares.never_collapsed),
    ...bounds("fit_frontier_rate", population, intervals?.rate),
    ...bounds("fit_frontier_gain", population, intervals?.gain),
    ...bounds("grid_first_any", population, intervals?.grid.firstAny),
    ...bounds("grid_first_majority", population, intervals?.grid.firstMajority),
    ...bounds("grid_last_capable", population, intervals?.grid.lastCapable),
    ...bounds("grid_width", population, intervals?.grid.width),
  };
}
