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

/** What the trend is drawn through. */
export interface TrendCells {
  /** One for each vector where several were fitted, else one for each window; without those that are never steered. */
  readonly cells: readonly TrendCell[];
  readonly neverSteered: number;
  /** The same with never steered windows as the narrowest of their question; null where there are none. */
  readonly bounded: readonly TrendCell[] | null;
}

/**
 * Windows of which nothing is known are left out. The frontier is T, minus the control's own where there is one; it is
 * known of every window.
 */
export function trendCells(windows: readonly LadderWindow[], estimand: Estimand, loss: number): TrendCells {
  const cells = windows.flatMap((window) => {
    const draws = window.vectors.length > 1 ? window.vectors : [window.these];
    const { question, model, parameters } = window;
    return draws.flatMap((of, vector) => {
      const value = cellOf(window, of, estimand, loss);
      return value === null ? [] : [{ question, model, parameters, vector, ...value }];
    });
  });
  const neverSteered = cells.filter(({ kind }) => kind === "never_steered").length;
  return {
    cells: placeBounds(cells, false),
    neverSteered,
    bounded: neverSteered === 0 ? null : placeBounds(cells, true),
  };
}

function cellOf(window: LadderWindow, draws: WindowDraws, estimand: Estimand, loss: number) {
  if (estimand === "width") return widthCell({ ...draws, range: window.range });
  const values = estimandDraws(window, draws, estimand, loss);
  if (values === null) return null;
  const cell = numberCell(values);
  const never = estimand === "safety" && cell?.kind === "below";
  return never ? { kind: "never_steered" as const } : cell;
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
