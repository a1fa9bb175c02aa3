import type { TopLevelSpec } from "vega-lite";
import { wilsonInterval } from "../../statistics/wilson.js";
import { formatStrength } from "../words/format.js";
import type { PanelSpec } from "./panel/panel-spec.js";
import { COLOURS, figureConfig, HEADING, QUIET } from "./panel/style.js";

/** Experiments with similar stated probabilities: their number, the mean stated, and the share in which it was true. */
interface StatedBin {
  readonly n: number;
  readonly stated: number;
  readonly observed: number;
}

/** What simulated experiments of one truth stated, in bins. */
export interface SimulatedTruth {
  readonly truth: string;
  readonly summary: Readonly<Record<"neverSteered" | "neverCollapsed", readonly StatedBin[]>>;
}

const PANELS = [
  { bins: "neverSteered", title: "never steered" },
  { bins: "neverCollapsed", title: "never collapsed" },
] as const;

const PALETTE = [
  COLOURS.target,
  COLOURS.degradation,
  COLOURS.window,
  "#CC79A7",
  "#56B4E9",
  "#E69F00",
  "#222222",
];

/**
 * How often *never* was the truth beside how probable it was stated to be, one point for each bin with Wilson's interval, one
 * panel an end. Points above the diagonal: it was so more often than stated. Null where no probability was in doubt.
 */
export function reliabilityFigure(
  simulated: readonly SimulatedTruth[],
  confidence: number,
): TopLevelSpec | null {
  const truths = simulated.map(({ truth }) => truth);
  const panels = PANELS.flatMap(({ bins, title }) => {
    const points = simulated.flatMap(({ truth, summary }) =>
      summary[bins].length < 2 ? [] : summary[bins].map((bin) => pointOf(truth, bin, confidence)),
    );
    return points.length === 0 ? [] : [panel(title, points, truths)];
  });
  if (panels.length === 0) return null;
  return {
    config: figureConfig(4),
    title: {
      text: "Stated probabilities beside what was so",
      subtitle: [
        `Simulated experiments in bins of the stated probability, with ${formatStrength(confidence * 100)} % intervals (Wilson); larger dots: more experiments.`,
      ],
      ...HEADING,
    },
    data: { values: [] },
    concat: panels,
  };
}

interface Point {
  readonly truth: string;
  readonly stated: number;
  readonly observed: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

function pointOf(truth: string, { n, stated, observed }: StatedBin, confidence: number): Point {
  return { truth, stated, observed, n, ...wilsonInterval(Math.round(observed * n), n, confidence) };
}

function panel(title: string, points: readonly Point[], truths: readonly string[]): PanelSpec {
  const axis = (field: string, text: string) => ({
    field,
    type: "quantitative" as const,
    scale: { domain: [0, 1] },
    axis: { title: text, tickCount: 5, format: "~f" },
  });
  const x = axis("stated", `stated probability of ${title}`);
  const color = {
    field: "truth",
    type: "nominal" as const,
    scale: { domain: [...truths], range: PALETTE },
    legend: { title: null },
  };
  return {
    width: 300,
    height: 300,
    title: { text: title },
    layer: [
      {
        data: {
          values: [
            { stated: 0, observed: 0 },
            { stated: 1, observed: 1 },
          ],
        },
        mark: { type: "line", color: QUIET, strokeDash: [3, 3], strokeWidth: 1 },
        encoding: { x, y: axis("observed", "share that was so") },
      },
      {
        data: { values: [...points] },
        mark: { type: "rule", strokeWidth: 1.4 },
        encoding: { x, y: axis("low", "share that was so"), y2: { field: "high" }, color },
      },
      {
        data: { values: [...points] },
        mark: { type: "point", filled: true, opacity: 1 },
        encoding: {
          x,
          y: axis("observed", "share that was so"),
          color,
          size: {
            field: "n",
            type: "quantitative",
            scale: { type: "sqrt", domain: [1, 2000], range: [20, 220] },
            legend: null,
          },
        },
      },
    ],
  };
}
