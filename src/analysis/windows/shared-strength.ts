import type { Analysis } from "../../config/experiment.js";
import { highestOf, lowestOf } from "../../statistics/extremes.js";
import {
  type CrossFittedFrontier,
  crossFittedFrontiers,
  type QuestionCurves,
} from "../../statistics/posterior/cross-fitted-frontier.js";
import { position, strengthAt } from "../../statistics/series.js";
import { groupBy } from "../../util/group-by.js";
import type { WindowRow } from "./window-rows.js";

/** Strengths that are compared. */
const CANDIDATES = 25;
/** Octaves by which they reach beyond the strengths that are best for single questions. */
const MARGIN = 0.5;

/** The frontier of all questions at one strength, chosen on one half of them and reported on the other. */
export interface SharedStrength {
  readonly method: string;
  readonly model: string;
  readonly layer: number | null;
  readonly questions: number;
  /** One for each loss, in their order. */
  readonly frontiers: readonly CrossFittedFrontier[];
}

/** One for each model, method, layer, unit and capability with at least two questions. */
export function sharedStrengths(
  rows: readonly WindowRow[],
  { frontier_losses: losses, confidence }: Pick<Analysis, "frontier_losses" | "confidence">,
): SharedStrength[] {
  const estimated = rows.filter(({ role, posterior }) => role === "method" && posterior.these !== null);
  const sweeps = groupBy(estimated, ({ method, layer, positions, unit, capability, model }) =>
    JSON.stringify([method, layer, positions, unit, capability, model]),
  );
  return [...sweeps.values()].flatMap((sweep) => {
    const [first] = sweep;
    const frontiers = crossFittedFrontiers(questionCurves(sweep), candidates(sweep), losses, confidence);
    if (first === undefined || frontiers === null) return [];
    const { method, model, layer } = first;
    return [{ method, model, layer, questions: sweep.length, frontiers }];
  });
}

function questionCurves(rows: readonly WindowRow[]): QuestionCurves[] {
  return rows.flatMap(({ question, axis, posterior: { these } }) =>
    these === null ? [] : [{ question, axis, curves: these.curves, perUnit: 1 }],
  );
}

/** Equally spaced on the axis around the strengths that are best for single questions; over the whole range if none is. */
function candidates(rows: readonly WindowRow[]): number[] {
  const [first] = rows;
  if (first === undefined) return [];
  const { axis } = first;
  const best = rows.flatMap(({ posterior }) =>
    (posterior.these?.frontier ?? []).flatMap(({ strength }) => (strength === null ? [] : [strength])),
  );
  const ends = rows.flatMap(({ range }) => [range.from, range.to]);
  const at = (best.length === 0 ? ends : best).map((strength) => position(strength, axis));
  const span = highestOf(at) - lowestOf(at);
  const beyond = axis === "log" ? MARGIN : span / 4;
  const from = lowestOf(at) - beyond;
  const step = (span + 2 * beyond) / (CANDIDATES - 1);
  return Array.from({ length: CANDIDATES }, (_, i) => strengthAt(from + i * step, axis));
}
