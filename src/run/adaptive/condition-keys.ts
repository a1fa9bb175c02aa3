import type { ActivationMethod, Experiment, Question } from "../../config/experiment.js";
import { layerIndex } from "../../plan/layer-index.js";
import type { PlannedModel } from "../../plan/plan.js";
import type { Round } from "../../plan/round.js";
import type { ConditionKey } from "./observations.js";

/** Layers that were chosen on the development questions. */
export interface ChosenLayer {
  readonly method: string;
  readonly model: string;
  readonly layer: number;
}

export const activationMethods = ({ methods }: Experiment): readonly ActivationMethod[] =>
  methods.filter((method) => method.kind === "activation");

/** Methods whose layer the run chooses on development questions; a control uses the layers of the methods. */
export const screenedMethods = (experiment: Experiment): readonly ActivationMethod[] =>
  activationMethods(experiment).filter(({ layers, role }) => layers === "auto" && role === "method");

/** True if layers or strengths are chosen during the run. */
export const isAdaptive = (experiment: Experiment): boolean =>
  activationMethods(experiment).some(
    ({ layers, strengths }) => layers === "auto" || strengths.kind === "search",
  );

/** The blocks that a method edits in a model, once layers are chosen; a control edits wherever any method does. */
export function layersOf(
  method: ActivationMethod,
  model: PlannedModel,
  {
    methods,
    chosen,
  }: { readonly methods: readonly ActivationMethod[]; readonly chosen: readonly ChosenLayer[] },
): readonly number[] {
  const { layers } = model.shape;
  const own = ({ name, layers: stated }: ActivationMethod) =>
    stated === "auto"
      ? chosen.flatMap((choice) =>
          choice.model === model.name && choice.method === name ? [choice.layer] : [],
        )
      : stated.map((layer) => layerIndex(layer, layers));
  if (method.layers !== "auto" || method.role === "method") return own(method);
  const followed = methods.filter(({ role }) => role === "method").flatMap(own);
  const indices = [...new Set(followed)].toSorted((a, b) => a - b);
  return indices.length > 0 ? indices : [layerIndex(FALLBACK_DEPTH, layers)];
}

/** The layer of a control that has no method to follow: the post's depth. */
const FALLBACK_DEPTH = 0.75;

/** Every (model, method, layer, question) of some methods and questions. */
export function conditionKeys(
  models: readonly PlannedModel[],
  methods: readonly ActivationMethod[],
  questions: readonly Question[],
  layers: (method: ActivationMethod, model: PlannedModel) => readonly number[],
): readonly ConditionKey[] {
  return models.flatMap((model) =>
    methods.flatMap((method) =>
      layers(method, model).flatMap((layer) =>
        questions.map((question) => ({
          model: model.name,
          method: method.name,
          layer,
          question: question.id,
        })),
      ),
    ),
  );
}

/** The vectors of conditions, with all their draws. */
export function vectorsOfConditions(
  keys: readonly ConditionKey[],
  methods: readonly ActivationMethod[],
): Round["vectors"] {
  const draws = new Map(methods.map((method) => [method.name, method.draws]));
  return keys.flatMap((key) =>
    Array.from({ length: draws.get(key.method) ?? 1 }, (_, draw) => ({ ...key, draw })),
  );
}
