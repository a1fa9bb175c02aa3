import type { ActivationMethod, Experiment } from "../../config/experiment.js";
import { pinned } from "../../config/pinned-component.js";
import { layerIndex } from "../../plan/layer-index.js";
import type { PlannedModel, PlannedVector } from "../../plan/plan.js";
import { planVector } from "../../plan/vectors.js";
import { UserError } from "../../util/user-error.js";
import type { Catalogue } from "../../worker/wire/requests.js";
import type { ForecastCondition } from "./forecast-work.js";

/** The blocks of each model to forecast: those of the config's methods, all, or a list as in a config. */
export type ForecastLayers = "config" | "all" | readonly number[];

interface PlannedForecast {
  readonly conditions: readonly ForecastCondition[];
  /** Every vector once. */
  readonly vectors: readonly PlannedVector[];
  /** Methods without a strength, for which nothing is forecast. */
  readonly left: readonly string[];
}

/** Octaves by which a grid is extended: downwards far enough for the gain, upwards for a collapse beyond it. */
const BELOW = 3;
const ABOVE = 1.5;
/** The layer if the config leaves it to be chosen and none is requested. */
const DEFAULT_LAYERS: readonly number[] = [0.75];

/**
 * Every vector of the experiment's activation methods at the requested layers, with the range of strengths to search.
 *
 * @param draws number of draws of the controls; null means the config's.
 * @throws UserError if a layer is outside the model.
 */
export function forecastConditions(
  experiment: Experiment,
  model: PlannedModel,
  catalogue: Catalogue,
  layers: ForecastLayers,
  draws: number | null,
): PlannedForecast {
  const edits = new Map(catalogue.edits.map((entry) => [entry.kind, entry]));
  const vectors = new Map<string, PlannedVector>();
  const conditions: ForecastCondition[] = [];
  const left: string[] = [];
  for (const method of experiment.methods) {
    const edit = method.kind === "activation" ? edits.get(method.edit.kind) : undefined;
    if (method.kind !== "activation" || edit === undefined || edit.axis === "none") {
      left.push(method.name);
      continue;
    }
    const { axis, neutral } = edit;
    for (const layer of layersOf(method, model, layers)) {
      for (const question of experiment.questions) {
        for (let draw = 0; draw < drawsOf(method, draws); draw++) {
          const vector = planVector(model, method, question, layer, draw, experiment.seed);
          vectors.set(vector.id, vector);
          conditions.push({
            method: method.name,
            role: method.role,
            question: question.id,
            draw,
            vector: vector.id,
            layer,
            edit: pinned(method.edit),
            positions: method.positions,
            unit: method.strengths.unit,
            axis,
            neutral,
            ...rangeOf(method, axis),
          });
        }
      }
    }
  }
  return { conditions, vectors: [...vectors.values()], left };
}

function drawsOf(method: ActivationMethod, draws: number | null): number {
  if (method.role === "control") return draws ?? method.draws;
  // Refits on resampled statements show how a vector varies; the forecast is for the vector itself.
  return method.resample === "statements" ? 1 : method.draws;
}

function layersOf(method: ActivationMethod, model: PlannedModel, asked: ForecastLayers): readonly number[] {
  const { layers } = model.shape;
  if (asked === "all") return Array.from({ length: layers }, (_, layer) => layer);
  const own = method.layers === "auto" ? DEFAULT_LAYERS : method.layers;
  const indices = (asked === "config" ? own : asked).map((layer) => layerIndex(layer, layers));
  const outside = indices.find((layer) => layer >= layers);
  if (outside !== undefined) {
    throw new UserError(
      `layer ${outside} lies outside ${model.name}, expected an index below ${layers} or a fraction of depth`,
    );
  }
  return [...new Set(indices)];
}

function rangeOf({ strengths }: ActivationMethod, axis: "log" | "linear"): { from: number; to: number } {
  if (strengths.kind === "search") return { from: strengths.from, to: strengths.to };
  const [lowest = 1] = strengths.values;
  const highest = strengths.values.at(-1) ?? lowest;
  const from = axis === "log" ? lowest / 2 ** BELOW : lowest;
  return { from, to: axis === "log" ? highest * 2 ** ABOVE : 2 * highest };
}
