import type { ActivationMethod, Question, StatementPair } from "../config/experiment.js";
import { componentIdentity, modelIdentity, SCHEMA_VERSION } from "../config/identity.js";
import { pinned } from "../config/pinned-component.js";
import { contentHash } from "../util/canonical-json.js";
import { randomIndex, seededRandom } from "../util/random.js";
import type { PlannedModel, PlannedVector } from "./plan.js";

/**
 * The vector of (model, layer, direction, question, draw). Its id leaves the method's name out: methods that share a
 * direction share the vector. Its seed comes from its id, so that no draw depends on what else is planned. Where the
 * method resamples statements, draw 0 has them as they are and every later draw its own, the same on every model.
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
  const drawn =
    statements === undefined || method.resample === "none" || draw === 0
      ? statements
      : resampleStatements(statements, `statements ${seed} ${question.id} ${position} ${draw}`);
  const contrast = position === null || drawn === undefined ? null : { ...drawn, position };
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
    direction: pinned(method.direction),
    contrast,
    draw,
    seed: Number.parseInt(id.slice(0, 8), 16),
  };
}

/**
 * As many statements of each side, drawn with replacement. Sides of equal length are taken for pairs, which stay
 * together; others are drawn one after the other.
 */
export function resampleStatements({ positive, negative }: StatementPair, key: string): StatementPair {
  const random = seededRandom(key);
  const draw = (list: readonly string[]) => list.map(() => randomIndex(random, list.length));
  const places = draw(positive);
  const others = positive.length === negative.length ? places : draw(negative);
  const at = (list: readonly string[], indices: readonly number[]) =>
    indices.flatMap((index) => list.slice(index, index + 1));
  return { positive: at(positive, places), negative: at(negative, others) };
}
