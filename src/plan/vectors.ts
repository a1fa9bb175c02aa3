import { contentHash } from "../config/canonical-json.js";
import type { ActivationMethod, Question } from "../config/experiment.js";
import { componentIdentity, modelIdentity, SCHEMA_VERSION } from "../config/identity.js";
import type { PlannedModel, PlannedVector } from "./plan.js";

/**
 * The vector of (model, layer, direction, question, draw). Its id leaves the method's name out: methods that share a
 * direction share the vector. Its seed comes from its id, so that no draw depends on what else is planned.
 */
export function planVector(
  model: PlannedModel,
  method: ActivationMethod,
  question: Question,
  layer: number,
  draw: number,
  seed: number,
): PlannedVector {
  const position = method.contrast;
  const statements = position === null ? undefined : question.contrast[position];
  const contrast = position === null || statements === undefined ? null : { ...statements, position };
  const id = contentHash({
    schema_version: SCHEMA_VERSION,
    model: modelIdentity(model),
    direction: componentIdentity(method.direction),
    question: { id: question.id, messages: question.messages },
    contrast,
    layer,
    draw,
    seed,
  });
  return {
    id,
    model: model.name,
    method: method.name,
    question: question.id,
    layer,
    direction: { kind: method.direction.kind, params: method.direction.params },
    contrast,
    draw,
    seed: Number.parseInt(id.slice(0, 8), 16),
  };
}
