import type { Analysis } from "../../config/experiment.js";
import { centralInterval } from "../../statistics/central-interval.js";
import { lowestOf } from "../../statistics/extremes.js";
import type { Interval } from "../../statistics/interval.js";
import { meanOf } from "../../statistics/moments.js";
import { type LadderWindow, rungsOf } from "./ladder-window.js";
import { type Estimand, estimandDraws } from "./trend-cells.js";

/** The mean of an estimand at one rung. */
export interface RungMean extends Interval {
  readonly model: string;
  readonly parameters: number;
  readonly mean: number;
}

/** Means over the questions that have numbers at every rung, of the pooled windows' draws; smallest rung first. */
export function rungMeans(
  windows: readonly LadderWindow[],
  estimand: Estimand,
  { confidence, frontier_loss: loss }: Pick<Analysis, "confidence" | "frontier_loss">,
): RungMean[] {
  const drawsOf = (window: LadderWindow) =>
    estimandDraws(window, window.these, estimand, loss) ?? new Float64Array();
  // A window whose interval has numbers at both ends has a number; the few draws beyond them are left out of its mean.
  const numbered = (window: LadderWindow) => {
    const draws = drawsOf(window);
    return draws.filter(Number.isFinite).length > ((1 + confidence) / 2) * draws.length;
  };
  const open = new Set(windows.filter((window) => !numbered(window)).map(({ question }) => question));
  return rungsOf(windows).flatMap(({ model, parameters }) => {
    const own = windows
      .filter((window) => window.model === model && !open.has(window.question))
      .map((window) => drawsOf(window).filter(Number.isFinite));
    if (own.length === 0) return [];
    const count = lowestOf(own.map(({ length }) => length));
    const mean = Float64Array.from({ length: count }, (_, i) => meanOf(own.map((draws) => draws[i] ?? 0)));
    return [{ model, parameters, mean: meanOf(mean), ...centralInterval(mean, confidence) }];
  });
}
