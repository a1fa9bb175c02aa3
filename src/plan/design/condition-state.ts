import { normalQuantile } from "../../statistics/normal-quantile.js";
import type { WindowDraws } from "../../statistics/posterior/window-draws.js";
import { windowPosterior } from "../../statistics/posterior/window-posterior.js";
import type { Belief } from "./belief.js";
import { type ConditionState, type DesignCondition, type DesignSettings, passSamples } from "./design.js";

/** Draws of the reported posterior: enough for an end's quantile at 2.5 % to be accurate to a twentieth of the interval. */
export const REPORTED_DRAWS = 1000;
/** The belief is quick and slightly too narrow; within this factor of the precision the reported posterior is used. */
const NEAR = 1.2;
const NEARLY_KNOWN = 0.85;

/** Draws of the posterior that the report prints; null where it cannot be estimated yet. */
export type ReportedDraws = (condition: DesignCondition) => Pick<WindowDraws, "onset" | "collapse"> | null;

/** What is known about a condition before its reported posterior is computed. */
export interface Sketch {
  readonly condition: DesignCondition;
  readonly samples: number;
  /** Null where nothing was sampled. */
  readonly quick: Standing | null;
  /** Its samples are spent. */
  readonly spent: boolean;
  /** Close enough to its end that the reported posterior decides. */
  readonly near: boolean;
}

/** `last`: no more samples can be taken. A remainder of less than one pass over the tasks counts as nothing. */
export function sketchOf(
  condition: DesignCondition,
  samples: number,
  belief: Belief | null,
  settings: DesignSettings,
  last: boolean,
): Sketch {
  const spent = settings.window_samples - samples < Math.max(1, passSamples(condition));
  const quick = belief === null ? null : standingOf(condition, belief, settings.confidence);
  const near =
    quick !== null &&
    (spent || last || quick.known > NEARLY_KNOWN || (quick.length ?? Infinity) <= NEAR * settings.precision);
  return { condition, samples, quick, spent, near };
}

/**
 * The state of a condition. `reached` and `exhausted` are judged by the reported posterior; far from both, the length is
 * that of the belief.
 */
export function stateOf(
  { condition, samples, quick, spent, near }: Sketch,
  settings: DesignSettings,
  reportedDraws: ReportedDraws,
): ConditionState {
  const about = { condition: condition.id, samples };
  if (quick === null)
    return { ...about, status: spent ? "exhausted" : "open", length: null, samples_to_reach: null };
  const reported = near ? reportedDraws(condition) : null;
  const standing = reported === null ? quick : standingOf(condition, reported, settings.confidence);
  const { length, known } = standing;
  const reached =
    reported !== null &&
    (known >= (1 + settings.confidence) / 2 || (length !== null && length <= settings.precision));
  const factor =
    length === null ? toDecide(known, settings.confidence) : toNarrow(length, settings.precision);
  return {
    ...about,
    status: reached ? "reached" : spent ? "exhausted" : "open",
    length,
    samples_to_reach: reached ? samples : factor === null ? null : Math.ceil(samples * factor),
  };
}

/** Factor on the samples for an interval to become this narrow, since its length falls with their square root. */
const toNarrow = (length: number, precision: number): number => Math.max(1, (length / precision) ** 2);

/** If a probability is nearer to one half than this, it is open which way more samples would lead. */
const UNDECIDED = 0.1;

/**
 * Factor on the samples to become sure whether an end is beyond all numbers: the distance from the threshold, in standard
 * deviations, grows with their square root. Null if the outcome is open.
 */
function toDecide(probability: number, confidence: number): number | null {
  if (Math.abs(probability - 0.5) < UNDECIDED || probability <= 0 || probability >= 1) return null;
  const wanted = normalQuantile((1 + confidence) / 2);
  return Math.max(1, (wanted / normalQuantile(probability)) ** 2);
}

/** Computes the reported posterior on demand. */
export function reportedDraws({ levels, confidence, seed }: DesignSettings): ReportedDraws {
  return ({ id, outcomes, range }) => {
    const options = { levels, losses: [], confidence, draws: REPORTED_DRAWS, seed, range };
    const result = windowPosterior({ key: id, curve: outcomes }, "these", options);
    return result.kind === "estimated" ? result.posterior.draws : null;
  };
}

interface Standing {
  /** Octaves between the bounds of the width's interval (of the collapse's for a control); null where one is infinite. */
  readonly length: number | null;
  /** Probability of the likelier of never steered and never collapsed. */
  readonly known: number;
}

function standingOf(
  { role }: DesignCondition,
  { onset, collapse }: Pick<WindowDraws, "onset" | "collapse">,
  confidence: number,
): Standing {
  const never = (end: Float64Array) =>
    end.reduce((sum, x) => sum + Number(x === Number.POSITIVE_INFINITY), 0) / end.length;
  const sorted = collapse
    .map((end, i) => {
      if (role === "control") return end;
      return onset[i] === Number.POSITIVE_INFINITY ? Number.NEGATIVE_INFINITY : end - (onset[i] ?? 0);
    })
    .toSorted();
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  const length = at((1 + confidence) / 2) - at((1 - confidence) / 2);
  return {
    length: Number.isFinite(length) ? length : null,
    known: Math.max(never(collapse), role === "control" ? 0 : never(onset)),
  };
}
