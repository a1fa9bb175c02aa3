import type { TopLevelSpec } from "vega-lite";
import type { Findings } from "../../analysis/findings.js";
import type { FurtherRow } from "../../analysis/further-rows.js";
import type { Axis } from "../../statistics/series.js";
import { askedId } from "../../statistics/tally/cell-tally.js";
import { groupBy } from "../../util/group-by.js";
import { formatName, formatParameters, formatStrength } from "../words/format.js";
import type { Figure } from "./figure.js";
import { captionLines, panelSize } from "./panel/layout.js";
import type { PanelSpec } from "./panel/panel-spec.js";
import { strengthScale } from "./panel/strength-axis.js";
import { strengthTitle } from "./panel/strength-title.js";
import { figureConfig, HEADING } from "./panel/style.js";

const COLUMNS = 4;

const PALETTE = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#222222"];

/**
 * One figure for each further scorer and method: its mean, or the share of each of its classes, over strength, with what it is
 * without steering dashed; one panel for each model and layer.
 */
export function furtherFigures({ further, settings }: Findings): Figure[] {
  const drawn = further.rows.filter(
    ({ curve, label }) =>
      curve.axis !== "none" && curve.role === "method" && (label === null) === (curve.classes.length === 0),
  );
  const figures = groupBy(drawn, ({ curve }) => JSON.stringify([curve.scorer, curve.method]));
  const seen = new Set<string>();
  return [...figures.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const { scorer, method } = first.curve;
    const name = seen.has(scorer) ? `scorer.${scorer}.${method}` : `scorer.${scorer}`;
    seen.add(scorer);
    return [{ name, spec: furtherFigure(first, own, settings.confidence) }];
  });
}

function furtherFigure(
  { curve: { scorer, method, outcome, axis, unit } }: FurtherRow,
  rows: readonly FurtherRow[],
  confidence: number,
): TopLevelSpec {
  const panels = [...groupBy(rows, ({ curve }) => JSON.stringify([curve.model, curve.layer])).values()];
  const columns = Math.min(COLUMNS, panels.length);
  const frame: Frame = {
    axis: axis === "linear" ? "linear" : "log",
    unit,
    strengths: rows.flatMap(({ strength }) => (strength === null ? [] : [strength])),
    names: [...new Set(rows.map(seriesName))],
    layers: new Set(rows.map(({ curve }) => curve.layer)).size > 1,
    ...panelSize(columns, 190),
  };
  const caption = [
    `${outcome.kind === "class" ? "Shares of its classes" : "Means of its values"} with ${formatStrength(confidence * 100)} % intervals (Wilson); dashed: without steering.`,
    ...(outcome.smaller_is_better ? ["Smaller is better."] : []),
  ];
  return {
    config: figureConfig(Math.max(2, Math.min(3, columns))),
    title: {
      text: `${formatName(scorer)} over strength: ${method}`,
      subtitle: captionLines(caption, columns),
      ...HEADING,
    },
    data: { values: [] },
    columns: COLUMNS,
    align: "all",
    concat: panels.map((own, i) => panel(own, frame, i % COLUMNS === 0)),
    resolve: { scale: { color: "shared" } },
  };
}

interface Frame {
  readonly axis: Axis;
  readonly unit: string | null;
  readonly strengths: readonly number[];
  /** Names of the lines, each with its colour. */
  readonly names: readonly string[];
  /** The figure has several layers: each panel's title says which. */
  readonly layers: boolean;
  readonly width: number;
  readonly height: number;
}

/** Identifies a line: what was asked, and the class whose share it is. */
function seriesName({ curve, label }: FurtherRow): string {
  const asked = askedId(curve.asked);
  return label === null ? asked : `${asked}: ${label}`;
}

function panel(rows: readonly FurtherRow[], frame: Frame, first: boolean): PanelSpec {
  const { domain, ticks } = strengthScale(frame.strengths, frame.axis);
  const points = rows.map((row) => {
    const { strength, mean, low, high } = row;
    return { strength, mean, low, high, series: seriesName(row) };
  });
  const steered = points.filter(({ strength }) => strength !== null);
  const x = {
    field: "strength",
    type: "quantitative" as const,
    scale: { type: frame.axis, domain: [...domain], nice: false, zero: false },
    axis: {
      title: strengthTitle(frame.unit),
      values: [...ticks],
      format: "~g",
      labelOverlap: true,
      grid: false,
    },
  };
  const y = (field: string) => ({
    field,
    type: "quantitative" as const,
    scale: { domain: [-0.02, 1.05], nice: false, zero: false },
    axis: { title: first ? "mean" : null, values: [0, 0.25, 0.5, 0.75, 1], format: ".2~f", labels: first },
  });
  const color = {
    field: "series",
    type: "nominal" as const,
    title: null,
    scale: { domain: [...frame.names], range: PALETTE },
    legend: { symbolOpacity: 1 },
  };
  const title = rows[0]?.curve;
  return {
    width: frame.width,
    height: frame.height,
    title: {
      text: `${title?.model ?? ""} (${formatParameters(title?.parameters ?? 0)})${frame.layers ? `, layer ${title?.layer}` : ""}`,
    },
    layer: [
      {
        data: { values: points.filter(({ strength }) => strength === null) },
        mark: { type: "rule", strokeDash: [3, 3], strokeWidth: 1, clip: true },
        encoding: { y: y("mean"), color },
      },
      {
        data: { values: steered },
        mark: { type: "area", opacity: 0.14, clip: true },
        encoding: { x, y: y("low"), y2: { field: "high" }, color },
      },
      {
        data: { values: steered },
        mark: { type: "line", strokeWidth: 1.8, strokeJoin: "round", clip: true, point: { size: 14 } },
        encoding: { x, y: y("mean"), color },
      },
    ],
  };
}
