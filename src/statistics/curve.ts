import type { OutcomeSeries } from "./outcomes.js";
import type { Axis } from "./series.js";

/** Everything scored of one (model, question, method, layer) over strength, with the unsteered model as baseline. */
export interface CurveOutcomes {
  readonly axis: Axis;
  /** 1 where a response contains the target. */
  readonly contains: OutcomeSeries;
  /** 1 where the answer is the target, strictly. */
  readonly strict: OutcomeSeries;
  /** 1 unless the response is degenerate; of the same responses as `strict`. Null where it was not scored. */
  readonly intact: OutcomeSeries | null;
  /** Scores of the capability's tasks; clusters are tasks. */
  readonly capability: OutcomeSeries;
}
