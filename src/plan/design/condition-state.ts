import { normalQuantile } from "../../statistics/normal-quantile.js";
import { type WindowDraws, windowPosterior } from "../../statistics/posterior/window-posterior.js";
import type { Belief } from "./belief.js";
import { type ConditionState, type DesignCondition, type DesignSettings, passSamples } from "./design.js";

/** Draws of the reported posterior: an end's quantile at 2.5 % is then good to a twentieth of the interval. */
const DRAWS = 1000;
/** The belief that samples are placed by is quick and a little narrow: from here on the reported posterior is asked. */
const NEAR = 1.2;
const NEARLY_KNOWN = 0.85;

/**
 * How a condition stands. `reached` and `exhausted` are judged by the posterior that is reported; far from both, the
 * belief that samples are placed by says the length. `last`: nothing more can be taken. What is left below one capability point counts as
 * nothing.
 */
export function stateOf(
  condition: DesignCondition,
  samples: number,
  belief: Belief | null,
  settings: DesignSettings,
  last: boolean,
): ConditionState {
  const about = { condition: condition.id, samples };
  const spent = settings.window_samples - samples < Math.max(1, passSamples(condition));
  if (belief === null)
    return { ...about, status: spent ? "exhausted" : "open", length: null, samples_to_reach: null };
  const quick = standingOf(condition, belief, settings.confidence);
  const near =
    spent || last || quick.known > NEARLY_KNOWN || (quick.length ?? Infinity) <= NEAR * settings.precision;
  const reported = near ? reportedDraws(condition, settings) : null;
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

/** How many times the samples an interval takes to become this narrow: its length falls with their root. */
const toNarrow = (length: number, precision: number): number => Math.max(1, (length / precision) ** 2);

/** Nearer to one half than this, a probability does not say which way more samples would lead. */
const UNDECIDED = 0.1;

/**
 * How many times the samples it takes to be sure whether an end is beyond all numbers: the distance of what decides it,
 * in standard deviations, grows with their root. Null where it is a toss-up.
 */
function toDecide(probability: number, confidence: number): number | null {
  if (Math.abs(probability - 0.5) < UNDECIDED || probability <= 0 || probability >= 1) return null;
  const wanted = normalQuantile((1 + confidence) / 2);
  return Math.max(1, (wanted / normalQuantile(probability)) ** 2);
}

/** Draws of the posterior that the report prints; null where it cannot be estimated yet. */
function reportedDraws(
  { id, outcomes, range }: DesignCondition,
  { levels, confidence, seed }: DesignSettings,
): WindowDraws | null {
  const options = { levels, losses: [], confidence, draws: DRAWS, seed, range };
  const result = windowPosterior({ key: id, curve: outcomes }, null, "these", options);
  return result.kind === "estimated" ? result.posterior.draws : null;
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
