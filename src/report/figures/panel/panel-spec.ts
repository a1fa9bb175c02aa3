import type { TopLevelSpec } from "vega-lite";
import type { Panel, Point } from "../../../analysis/windows/panel.js";
import { isNear } from "./shown.js";
import type { StrengthScale } from "./strength-axis.js";
import { COLOURS, QUIET, SERIES } from "./style.js";
import { verdictText } from "./verdict-text.js";

/** A view that can be part of a row or column of views. */
export type PanelSpec = Extract<TopLevelSpec, { hconcat: unknown }>["hconcat"][number];
type Layer = Extract<TopLevelSpec, { layer: unknown }>["layer"][number];

interface PanelFrame {
  readonly width: number;
  readonly height: number;
  /** Null if the title of the panel's column is elsewhere. */
  readonly title: string | null;
  readonly scale: StrengthScale;
  /** Null: no title. */
  readonly xTitle: string | null;
  readonly yTitle: string | null;
  readonly xLabels: boolean;
  readonly yLabels: boolean;
  /** Most samples behind a point of the figure: points are sized by theirs. Null: all alike. */
  readonly mostSamples: number | null;
  /** True where any panel of the figure has random directions: they are then in the legend. */
  readonly random: boolean;
}

/** One panel: the window shaded, its ends as rules, both curves with bands, the random directions dashed. */
export function panelSpec(panel: Panel, frame: PanelFrame): PanelSpec {
  const verdict = verdictText(panel.row);
  const { target, degradation, randomDegradation, window, onset, collapse } = panel;
  const named = (points: readonly Point[], series: string) => points.map((point) => ({ ...point, series }));
  const measured = [...named(degradation, SERIES.degradation), ...named(target, SERIES.target)];
  const curves = panel.curves ?? { target, degradation };
  const drawn = [...named(curves.degradation, SERIES.degradation), ...named(curves.target, SERIES.target)];
  return {
    width: frame.width,
    height: frame.height,
    title: frame.title === null ? quietTitle(verdict) : { text: frame.title, subtitle: verdict },
    layer: [
      ...(window === null ? [] : [shade(window, panel, frame)]),
      band(curves.target, COLOURS.target, panel, frame),
      band(curves.degradation, COLOURS.degradation, panel, frame),
      ...(onset === null ? [] : [rule(onset, COLOURS.target, panel, frame)]),
      ...(collapse === null ? [] : [rule(collapse, COLOURS.degradation, panel, frame)]),
      lines([...named(randomDegradation, SERIES.random), ...drawn], panel, frame),
      dots(
        measured.filter(({ strength }) => isNear(strength, frame.scale, panel.axis)),
        panel,
        frame,
      ),
    ],
  };
}

function quietTitle(text: string) {
  return { text, fontSize: 11, fontWeight: "normal" as const, color: QUIET };
}

function x(field: string, { axis }: Panel, frame: PanelFrame) {
  const { domain, ticks } = frame.scale;
  const scale =
    axis === "log"
      ? { type: "log" as const, domain: [...domain], nice: false }
      : { type: "linear" as const, domain: [...domain], nice: false, zero: false };
  return {
    field,
    type: "quantitative" as const,
    scale,
    axis: {
      title: frame.xTitle,
      values: [...ticks],
      format: "~g",
      labels: frame.xLabels,
      labelOverlap: true,
      grid: false,
    },
  };
}

function y(field: string, frame: PanelFrame) {
  return {
    field,
    type: "quantitative" as const,
    scale: { domain: [-0.02, 1.05], nice: false, zero: false },
    axis: { title: frame.yTitle, values: [0, 0.25, 0.5, 0.75, 1], format: ".2~f", labels: frame.yLabels },
  };
}

function shade(
  window: { readonly from: number; readonly to: number },
  panel: Panel,
  frame: PanelFrame,
): Layer {
  return {
    data: { values: [window] },
    mark: { type: "rect", color: COLOURS.window, opacity: 0.14, clip: true },
    encoding: { x: x("from", panel, frame), x2: { field: "to" } },
  };
}

function band(points: readonly Point[], colour: string, panel: Panel, frame: PanelFrame): Layer {
  return {
    data: { values: [...points] },
    mark: { type: "area", color: colour, opacity: 0.16, clip: true },
    encoding: { x: x("strength", panel, frame), y: y("low", frame), y2: { field: "high" } },
  };
}

function rule(strength: number, colour: string, panel: Panel, frame: PanelFrame): Layer {
  return {
    data: { values: [{ strength }] },
    mark: { type: "rule", color: colour, strokeWidth: 1, strokeDash: [2, 2], clip: true },
    encoding: { x: x("strength", panel, frame) },
  };
}

const ALL_SERIES = [
  { name: SERIES.target, colour: COLOURS.target, dash: [1, 0] },
  { name: SERIES.degradation, colour: COLOURS.degradation, dash: [1, 0] },
  { name: SERIES.random, colour: COLOURS.random, dash: [5, 3] },
] as const;

/** The lines have the figure's only legend. */
function lines(points: readonly object[], panel: Panel, frame: PanelFrame): Layer {
  const drawn = ALL_SERIES.slice(0, frame.random ? 3 : 2);
  const domain = drawn.map(({ name }) => name);
  return {
    data: { values: [...points] },
    mark: { type: "line", strokeWidth: 1.8, strokeJoin: "round", clip: true },
    encoding: {
      x: x("strength", panel, frame),
      y: y("rate", frame),
      color: {
        field: "series",
        type: "nominal",
        title: null,
        scale: { domain, range: drawn.map(({ colour }) => colour) },
      },
      strokeDash: {
        field: "series",
        type: "nominal",
        title: null,
        scale: {
          domain,
          range: drawn.map(({ dash }) => [...dash]),
        },
      },
    },
  };
}

function dots(points: readonly { readonly series: string }[], panel: Panel, frame: PanelFrame): Layer {
  return {
    data: { values: [...points] },
    mark: {
      type: "point",
      filled: true,
      size: 14,
      opacity: frame.mostSamples === null ? 1 : 0.55,
      clip: true,
    },
    encoding: {
      x: x("strength", panel, frame),
      y: y("rate", frame),
      color: {
        condition: { test: `datum.series === ${JSON.stringify(SERIES.target)}`, value: COLOURS.target },
        value: COLOURS.degradation,
      },
      ...(frame.mostSamples === null ? {} : { size: sizeByN(frame.mostSamples) }),
    },
  };
}

/** Areas in proportion to the samples, none too small to see. */
function sizeByN(most: number) {
  return {
    field: "n",
    type: "quantitative" as const,
    scale: { type: "linear" as const, domain: [0, most], range: [6, 90] },
    legend: null,
  };
}
