import type { ControlSummary } from "../../statistics/fit/control.js";
import type { Collapse } from "../../statistics/fit/fitted-window.js";
import type { CurvePosteriors } from "../../statistics/posterior/curve-posteriors.js";

export interface RowControl extends ControlSummary {
  readonly method: string;
  readonly posterior: CurvePosteriors;
}
/** Where random directions collapse, by the same estimator as the headline. */
export function controlCollapse({ posterior, collapse }: RowControl): Collapse {
  return posterior.these?.window.collapse ?? collapse;
}
