import type { TopLevelSpec } from "vega-lite";
import type { ForecastCurve } from "../../analysis/forecast/forecast-curves.js";
import type { Figure } from "./figure.js";
import { band, COLOUR, placed, strengthEncoding, windows } from "./forecast-marks.js";
import { panelSize } from "./panel/layout.js";
import type { PanelSpec } from "./panel/panel-spec.js";
import { strengthTitle } from "./panel/strength-title.js";
import { COLOURS, figureConfig, HEADING } from "./panel/style.js";

/**
 * One figure for each method: over layers, questions as columns and models as rows, wherever a model has several layers; else one
 * figure of all methods, one line for each model. Controls are drawn into the panels of the methods.
 */
export function forecastFigures(curves: readonly ForecastCurve[]): readonly Figure[] {
  const methods = curves.filter(({ role }) => role === "method");
  const names = [...new Set(methods.map(({ method }) => method))];
  const deep = new Set(methods.map(({ model, layer }) => `${model} ${layer}`));
  const models = new Set(methods.map(({ model }) => model));
  if (names.length === 0) return [];
  if (deep.size === models.size) return [{ name: "forecast", spec: dotPlot(curves, names) }];
  return names.map((method, i) => ({
    name: i === 0 ? "forecast" : `forecast.${method}`,
    spec: layerMap(
      sharing(curves, method).filter((curve) => curve.method === method || curve.role === "control"),
      method,
    ),
  }));
}

/** Layer against strength; one panel for each model and question. */
function layerMap(curves: readonly ForecastCurve[], method: string): TopLevelSpec {
  const questions = distinct(curves.map(({ question }) => question));
  const models = distinct(curves.map(({ model }) => model));
  const y = strengthEncoding(curves);
  const panel = (model: string, question: string): PanelSpec => {
    const here = curves.filter((curve) => curve.model === model && curve.question === question);
    const own = here.filter((curve) => curve.method === method);
    const depth = own[0]?.layers ?? 1;
    const x = {
      field: "layer",
      type: "quantitative" as const,
      scale: { domain: [-0.3, depth - 0.7], nice: false, zero: false },
      axis: { title: model === models.at(-1) ? "layer" : null, tickMinStep: 1, format: "d", grid: false },
    };
    const values = placed(own, here);
    return {
      ...panelSize(questions.length, 130, 190),
      ...(model === models[0] ? { title: question } : {}),
      layer: [
        band(own, x, y),
        {
          data: { values },
          mark: { type: "line", point: { size: 22 }, strokeWidth: 1.6 },
          encoding: {
            x,
            y: { ...y, axis: { ...y.axis, title: question === questions[0] ? model : null } },
            color: COLOUR,
          },
        },
      ],
    };
  };
  return {
    ...frame(`Forecast over depth: ${method}`, [...captionOf(curves), `Vertical: ${titleOf(curves)}.`]),
    columns: questions.length,
    concat: models.flatMap((model) => questions.map((question) => panel(model, question))),
  };
}

/** Strength against model; one panel for each question and method. */
function dotPlot(curves: readonly ForecastCurve[], methods: readonly string[]): TopLevelSpec {
  const questions = distinct(curves.map(({ question }) => question));
  const models = distinct(curves.map(({ model }) => model));
  const panel = (question: string, method: string): PanelSpec => {
    const alike = sharing(curves, method);
    const axis = strengthEncoding(alike);
    const here = alike.filter((curve) => curve.question === question);
    const own = here.filter((curve) => curve.method === method);
    const lowest = question === questions.at(-1);
    const x = { ...axis, axis: { ...axis.axis, title: lowest ? titleOf(alike) : null, labels: lowest } };
    const y = {
      field: "model",
      type: "nominal" as const,
      scale: { domain: [...models] },
      axis: { title: method === methods[0] ? question : null, labels: method === methods[0], grid: true },
    };
    return {
      width: methods.length === 1 ? 560 : 270,
      height: 24 * models.length,
      ...(question === questions[0] ? { title: method } : {}),
      layer: [
        {
          data: { values: windows(own) },
          mark: { type: "rule", strokeWidth: 7, color: COLOURS.window, opacity: 0.3 },
          encoding: { x: { ...x, field: "onset" }, x2: { field: "collapse" }, y },
        },
        {
          data: { values: placed(own, here) },
          mark: { type: "point", filled: true, size: 60, opacity: 1 },
          encoding: { x, y, color: { ...COLOUR, legend: { symbolType: "circle", symbolSize: 80 } } },
        },
      ],
    };
  };
  return {
    ...frame("Forecast of onset and collapse", captionOf(curves)),
    columns: methods.length,
    concat: questions.flatMap((question) => methods.map((method) => panel(question, method))),
  };
}

/** The curves whose strengths can share an axis with a method's. */
function sharing(curves: readonly ForecastCurve[], method: string): readonly ForecastCurve[] {
  const own = curves.find((curve) => curve.method === method);
  return curves.filter(({ axis, unit }) => axis === own?.axis && unit === own.unit);
}

function frame(title: string, caption: readonly string[]) {
  return {
    config: figureConfig(3),
    title: { text: title, subtitle: [...caption], ...HEADING },
    data: { values: [] },
    align: "each" as const,
    resolve: { scale: { color: "shared" as const } },
  };
}

/** An end that was not asked has no mark either, and is distinguished from one that is never reached. */
function captionOf(curves: readonly ForecastCurve[]): readonly string[] {
  const unasked = (["onset", "collapse"] as const).flatMap((end) => {
    const without = curves.filter((curve) => curve.role === "method" && curve[end].name === "not_asked");
    const questions = distinct(without.map(({ question }) => question));
    const reason = end === "onset" ? ", without a forced choice" : "";
    return questions.length === 0 ? [] : [`Not asked: ${end} of ${questions.join(", ")}${reason}.`];
  });
  return [
    "Forecasts from forward passes alone: nothing in this figure was sampled.",
    "Shaded: onset below collapse, an open window. An end without a mark is reached at no strength looked at.",
    ...unasked,
  ];
}

const titleOf = (curves: readonly ForecastCurve[]) => strengthTitle(curves[0]?.unit ?? null);

function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
