import type { TopLevelSpec } from "vega-lite";
import type { Findings } from "../../analysis/findings.js";
import { type LadderWindow, ladderName, ladderParts, rungsOf } from "../../analysis/ladder/ladder-window.js";
import { ESTIMAND_SCALES } from "../../analysis/ladder/trend-cells.js";
import type { TrendRow } from "../../analysis/ladder/trend-rows.js";
import type { Analysis } from "../../config/experiment.js";
import { highestOf, lowestOf } from "../../statistics/extremes.js";
import { meanOf } from "../../statistics/moments.js";
import type { TrendCell } from "../../statistics/trend/trend-options.js";
import { formatInterval, formatParameters, formatSigned, formatStrength } from "../words/format.js";
import type { Figure } from "./figure.js";
import { COLOURS, figureConfig, HEADING, QUIET } from "./panel/style.js";

interface Spot {
  /** log2 parameters. */
  readonly x: number;
  readonly y: number;
}

/** One figure for each method, place of layer and estimand with a fitted slope; the first has the plain name. */
export function trendFigures({ slopes, settings }: Findings): Figure[] {
  return slopes.flatMap((row, i) => {
    const spec = trendFigure(row, settings);
    const name = i === 0 ? "trend" : ["trend", ...ladderParts(row.ladder), row.estimand].join(".");
    return spec === null ? [] : [{ name, spec }];
  });
}

/**
 * Every question's windows over size, their mean at each rung with its interval, and the slope with the two that bound
 * it. Null where no slope is fitted.
 */
function trendFigure(
  row: TrendRow,
  analysis: Pick<Analysis, "confidence" | "frontier_loss">,
): TopLevelSpec | null {
  const { ladder, estimand, trend, cells } = row;
  if (trend.kind === "not_fitted") return null;
  const sizes = rungsOf(ladder.windows).map(({ parameters }) => Math.log2(parameters));
  const spots = questionSpots(cells);
  const bounded = boundSpots(cells);
  const means = row.means.map(({ parameters, mean, low, high }) => ({
    ...{ x: Math.log2(parameters), y: mean },
    ...{ low, high },
  }));
  const level = meanOf(means.map(({ y }) => y));
  const centre = meanOf(means.map(({ x }) => x));
  const [from, to] = [lowestOf(sizes) - 0.2, highestOf(sizes) + 0.2];
  const line = (slope: number) => [from, to].map((x) => ({ x, y: level + slope * (x - centre) }));
  const { slope } = trend;
  const title = estimand === "frontier" ? `T(${analysis.frontier_loss})` : `${estimand} (octaves)`;
  const x = {
    field: "x",
    type: "quantitative" as const,
    scale: { domain: [from, to], nice: false, zero: false },
    axis: {
      title: "parameters",
      values: sizes,
      labelExpr: labels(ladder.windows),
      grid: false,
    },
  };
  const y = { field: "y", type: "quantitative" as const, scale: { zero: false }, axis: { title } };
  const drawn = (slopeAt: number, dash: number[]) => ({
    data: { values: line(slopeAt) },
    mark: {
      type: "line" as const,
      color: COLOURS.window,
      strokeWidth: dash[1] === 0 ? 2 : 1.2,
      strokeDash: dash,
    },
    encoding: { x, y },
  });
  return {
    config: figureConfig(2),
    width: 420,
    height: 280,
    title: {
      text: `${estimand === "frontier" ? "Frontier" : estimand === "width" ? "Width" : "Margin of safety"} over size: ${ladderName(ladder)}, ${row.verdict === "does not" ? "does not shrink" : row.verdict}`,
      subtitle: [
        `Slope ${formatSigned(slope.mean)} ${formatInterval(slope, formatSigned)} ${ESTIMAND_SCALES[estimand].unit} per doubling; dashed: the slopes at the ends of its interval.`,
        `Thin lines: questions; triangles: windows known only to lie beyond. Large dots: means of the windows`,
        `with numbers at every rung, ${formatStrength(analysis.confidence * 100)} % intervals for these items.`,
      ],
      ...HEADING,
    },
    data: { values: [] },
    layer: [
      {
        data: { values: spots },
        mark: {
          type: "line",
          color: QUIET,
          strokeWidth: 0.8,
          opacity: 0.35,
          point: { size: 12, color: QUIET, filled: true, opacity: 0.5 },
        },
        encoding: { x, y, detail: { field: "question", type: "nominal" } },
      },
      {
        data: { values: bounded },
        mark: { type: "point", filled: true, size: 40, color: QUIET, opacity: 0.6 },
        encoding: {
          x,
          y,
          shape: {
            field: "kind",
            type: "nominal",
            scale: { domain: ["below", "above"], range: ["triangle-down", "triangle-up"] },
            legend: null,
          },
        },
      },
      drawn(slope.mean, [1, 0]),
      drawn(slope.low, [5, 3]),
      drawn(slope.high, [5, 3]),
      {
        data: { values: means },
        mark: { type: "rule", color: COLOURS.target, strokeWidth: 2 },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } },
      },
      {
        data: { values: means },
        mark: { type: "point", filled: true, size: 80, color: COLOURS.target, opacity: 1 },
        encoding: { x, y },
      },
    ],
  };
}

/** Vega expression that writes a tick as its model's size. */
function labels(windows: readonly LadderWindow[]): string {
  return rungsOf(windows)
    .map(
      ({ parameters }) =>
        `abs(datum.value - ${Math.log2(parameters)}) < 1e-6 ? '${formatParameters(parameters)}' : `,
    )
    .join("")
    .concat("''");
}

function questionSpots(cells: readonly TrendCell[]): (Spot & { readonly question: string })[] {
  const windows = new Map<string, { x: number; question: string; values: number[] }>();
  for (const cell of cells) {
    if (cell.kind !== "at") continue;
    const key = JSON.stringify([cell.question, cell.model]);
    const window = windows.get(key) ?? { x: Math.log2(cell.parameters), question: cell.question, values: [] };
    windows.set(key, window);
    window.values.push(cell.mean);
  }
  return [...windows.values()].map(({ x, question, values }) => ({ x, question, y: meanOf(values) }));
}

function boundSpots(cells: readonly TrendCell[]): (Spot & { readonly kind: "below" | "above" })[] {
  return cells.flatMap((cell) =>
    cell.kind === "at" ? [] : [{ x: Math.log2(cell.parameters), y: cell.limit, kind: cell.kind }],
  );
}
