import type { Config } from "vega-lite";

/** Okabe and Ito's colours, which readers with any colour vision can distinguish. */
export const COLOURS = {
  target: "#0072B2",
  degradation: "#D55E00",
  random: "#6B6B6B",
  window: "#009E73",
} as const;

export const SERIES = {
  target: "target rate (strict)",
  degradation: "capability degradation (1 \u2212 score)",
  random: "capability degradation, random directions",
} as const;

const FONT = "DejaVu Sans, Verdana, sans-serif";

const INK = "#222222";
/** Colour of everything that is not data. */
export const QUIET = "#5A5A5A";

/** One look for all figures; `legendColumns` keeps the legend as narrow as the panels. */
export function figureConfig(legendColumns: number): Config {
  return { ...LOOK, legend: { ...LOOK.legend, columns: legendColumns } };
}

const LOOK: Config = {
  background: "#FFFFFF",
  font: FONT,
  padding: 12,
  concat: { spacing: 16 },
  view: { stroke: "#C8C8C8" },
  title: {
    color: INK,
    subtitleColor: QUIET,
    anchor: "start",
    frame: "group",
    fontSize: 12,
    subtitleFontSize: 11,
    offset: 6,
  },
  axis: {
    labelFontSize: 10,
    titleFontSize: 11,
    titleFontWeight: "normal",
    labelColor: QUIET,
    titleColor: INK,
    domainColor: "#9A9A9A",
    tickColor: "#9A9A9A",
    gridColor: "#EEEEEE",
    tickSize: 4,
  },
  legend: {
    orient: "bottom",
    direction: "horizontal",
    labelFontSize: 11,
    labelColor: INK,
    labelLimit: 1000,
    symbolType: "stroke",
    symbolSize: 500,
    symbolStrokeWidth: 2.4,
    columnPadding: 24,
    offset: 14,
  },
};

/** The title over a whole figure. */
export const HEADING = {
  fontSize: 15,
  subtitleFontSize: 11,
  offset: 16,
  subtitlePadding: 5,
  frame: "bounds",
} as const;
