import type { Analysis } from "../../config/experiment.js";
import type { Draws, WindowDraws } from "../../statistics/posterior/window-draws.js";
import { numberCell, placeBounds, widthCell } from "../../statistics/trend/hierarchical-trend-cell.js";
import type { TrendCell } from "../../statistics/trend/trend-options.js";
import { frontierDraws, type LadderWindow } from "./ladder-window.js";

export type Estimand = Analysis["primary"];

/** Unit and prior scale of a trend in each estimand. */
interface EstimandScale {
  readonly unit: string;
  /** Scale of the priors on sds. */
  readonly prior: number;
}

export const ESTIMAND_SCALES: Readonly<Record<Estimand, EstimandScale>> = {
  width: { unit: "octaves", prior: 0.5 },
  safety: { unit: "octaves", prior: 0.5 },
  frontier: { unit: "of the target rate", prior: 0.15 },
};

/**
 * What the trend is drawn through: one cell for each vector where several were fitted, else one for each window. Windows of which
 * nothing is known are left out. The frontier is T, minus the control's own where there is one.
 */
export function trendCells(windows: readonly LadderWindow[], estimand: Estimand, loss: number): TrendCell[] {
  const cells = windows.flatMap((window) => {
    const draws = window.vectors.length > 1 ? window.vectors : [window.these];
    const { question, model, parameters } = window;
    return draws.flatMap((of, vector) => {
      const value = cellOf(window, of, estimand, loss);
      return value === null ? [] : [{ question, model, parameters, vector, ...value }];
    });
  });
  return placeBounds(cells);
}

function cellOf(window: LadderWindow, draws: WindowDraws, estimand: Estimand, loss: number) {
  if (estimand === "width") return widthCell({ ...draws, range: window.range });
  const values = estimandDraws(window, draws, estimand, loss);
  return values === null ? null : numberCell(values);
}

/** Draws of an estimand of a window or one of its vectors; null where it is not among its frontiers. */
export function estimandDraws(
  { control }: LadderWindow,
  draws: WindowDraws,
  estimand: Estimand,
  loss: number,
): Draws | null {
  if (estimand !== "frontier") return draws[estimand];
  const own = frontierDraws(draws, loss);
  const other = control === null ? null : frontierDraws(control, loss);
  if (own === null || other === null) return own;
  return own.map((rate, i) => rate - (other[i % other.length] ?? 0));
}
