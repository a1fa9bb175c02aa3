import type { TopLevelSpec } from "vega-lite";
import type { ForecastCurve } from "../../analysis/forecast/forecast-curves.js";
import { strengthScale } from "./panel/strength-axis.js";
import { COLOURS, QUIET } from "./panel/style.js";

type Layer = Extract<TopLevelSpec, { layer: unknown }>["layer"][number];

const ENDS = {
  onset: { name: "onset, forecast", colour: COLOURS.target },
  collapse: { name: "collapse, forecast", colour: COLOURS.degradation },
  random: { name: "collapse of random directions, forecast", colour: COLOURS.random },
} as const;

/** One colour for each kind of end. */
export const COLOUR = {
  field: "end",
  type: "nominal" as const,
  title: null,
  scale: {
    domain: Object.values(ENDS).map(({ name }) => name),
    range: Object.values(ENDS).map(({ colour }) => colour),
  },
};

interface Mark {
  readonly end: string;
  readonly layer: number;
  readonly model: string;
  readonly strength: number;
}

/** Marks of the ends that have a strength; random directions first, so that they lie below. */
export function placed(own: readonly ForecastCurve[], here: readonly ForecastCurve[]): readonly Mark[] {
  const random = here.filter(({ role }) => role === "control");
  return [
    ...random.flatMap((curve) => mark(curve, "collapse", ENDS.random.name)),
    ...own.flatMap((curve) => mark(curve, "collapse", ENDS.collapse.name)),
    ...own.flatMap((curve) => mark(curve, "onset", ENDS.onset.name)),
  ];
}

function mark(curve: ForecastCurve, end: "onset" | "collapse", name: string): readonly Mark[] {
  const { layer, model } = curve;
  const at = curve[end];
  return at.name === "at" ? [{ end: name, layer, model, strength: at.strength }] : [];
}

/** Open windows: onset, collapse and where they are. */
export function windows(curves: readonly ForecastCurve[]) {
  return curves.flatMap(({ onset, collapse, layer, model }) =>
    onset.name === "at" && collapse.name === "at" && onset.strength < collapse.strength
      ? [{ layer, model, onset: onset.strength, collapse: collapse.strength }]
      : [],
  );
}

export function band(
  own: readonly ForecastCurve[],
  x: object,
  y: ReturnType<typeof strengthEncoding>,
): Layer {
  return {
    data: { values: windows(own) },
    mark: { type: "rule", strokeWidth: 9, color: COLOURS.window, opacity: 0.2 },
    encoding: { x, y: { ...y, field: "onset" }, y2: { field: "collapse" } },
  };
}

export function strengthEncoding(curves: readonly ForecastCurve[]) {
  const axis = curves[0]?.axis ?? "log";
  const strengths = curves.flatMap(({ onset, collapse }) =>
    [onset, collapse].flatMap((end) => (end.name === "at" ? [end.strength] : [])),
  );
  const { domain, ticks } = strengthScale(strengths.length === 0 ? [0.5, 2] : strengths, axis);
  return {
    field: "strength",
    type: "quantitative" as const,
    scale:
      axis === "log"
        ? { type: "log" as const, domain: [...domain], nice: false }
        : { type: "linear" as const, domain: [...domain], nice: false, zero: false },
    axis: { values: [...ticks], format: "~g", labelOverlap: true, gridColor: "#EEEEEE", labelColor: QUIET },
  };
}
