import {
  type CrossingSearch,
  crossing,
  nextProbe,
  type Probe,
} from "../../statistics/forecast/crossing-search.js";
import { targetValue } from "../../statistics/forecast/forced-choice.js";
import { answerLogprob, keptProbability, keptValue } from "../../statistics/forecast/own-answers.js";
import type { ForecastEnd } from "../../store/forecast-file.js";
import type { TokenSequence } from "./ask-logprobs.js";
import { type ForcedChoice, total } from "./forced-choice.js";
import type { ForecastCondition, ForecastWork } from "./forecast-work.js";
import type { OwnAnswer } from "./own-answers.js";

/** One curve over strength whose crossing is searched: what to request at a strength, and how to use the answers. */
export interface CurveSearch {
  readonly condition: ForecastCondition;
  readonly sequences: readonly TokenSequence[];
  /** Strengths to request next, in the condition's unit; empty once the crossing is known. */
  next(): readonly number[];
  /** Log-probabilities of the tokens of each sequence at a strength; null for NaN or infinite logits. */
  tell(strength: number, tokens: readonly (readonly number[] | null)[]): void;
  end(): ForecastEnd;
}

/** Accuracy of the roots in octaves; on a linear axis it is 1/200 of the range. */
const TOLERANCE = 0.02;
/** Where collapses in shares of the residual norm tend to lie; the search starts there. */
const USUAL_CROSSING = Math.log2(0.8);
/** Fall of the collapse curve that a first step assumes: the loss grows with strength to the power 2.5. */
const COLLAPSE_SLOPE = 2.5 * Math.LN2;
const ONSET_SLOPE = 5;
const ONSET_STEP = 0.5;
const MOST_ONSET_STEPS = 32;

/** Where the model's own answers have lost so much probability that its capability counts as collapsed. */
export function collapseSearch(
  condition: ForecastCondition,
  answers: readonly OwnAnswer[],
  { decoding, levels }: Pick<ForecastWork, "decoding" | "levels">,
): CurveSearch {
  const logprob = (tokens: readonly number[]) => answerLogprob(tokens, decoding.temperature);
  const unsteered = answers.map(({ tokens }) => logprob(tokens));
  const search = searchOf(condition, COLLAPSE_SLOPE);
  const probes: Probe[] = [];
  return {
    condition,
    sequences: answers.map(({ sequence }) => sequence),
    next() {
      const x = nextProbe(search, probes);
      return x === null ? [] : [strengthOf(condition, x)];
    },
    tell(strength, tokens) {
      const steered = tokens.map((values) => (values === null ? null : logprob(values)));
      const kept = keptProbability(steered, unsteered);
      probes.push({ x: positionOf(condition, strength), value: keptValue(kept, levels.kept) });
    },
    end: () => endOf(condition, probes),
  };
}

/** Where the target has taken over the forced choice: `levels.target` of the right answer's unsteered probability. */
export function onsetSearch(
  condition: ForecastCondition,
  { sequences, right }: ForcedChoice,
  { levels }: Pick<ForecastWork, "levels">,
): CurveSearch {
  const search = searchOf(condition, ONSET_SLOPE);
  const probes: Probe[] = [];
  let asked = false;
  return {
    condition,
    sequences: [sequences.target],
    // The target's probability falls again past the collapse, so the whole range is examined before its first crossing
    // is refined.
    next() {
      const x = asked ? nextProbe(search, probes) : null;
      const all = asked ? [] : steps(search, condition).map((at) => strengthOf(condition, at));
      asked = true;
      return x === null ? all : [strengthOf(condition, x)];
    },
    // Strengths with NaN or infinite logits leave gaps in the curve; the other points decide.
    tell(strength, [tokens]) {
      if (tokens == null) return;
      const value = targetValue(total(tokens), right, levels.target);
      probes.push({ x: positionOf(condition, strength), value });
    },
    end: () => endOf(condition, probes),
  };
}

function searchOf(condition: ForecastCondition, slopeAnOctave: number): CrossingSearch {
  const from = positionOf(condition, condition.from);
  const to = positionOf(condition, condition.to);
  if (condition.axis === "log") {
    const bounds = { longest: 2, shortest: 0.2 };
    const guess = condition.unit === "resid" ? USUAL_CROSSING : null;
    return { from, to, tolerance: TOLERANCE, guess, slope: slopeAnOctave, ...bounds };
  }
  const range = to - from;
  const bounds = { longest: range / 4, shortest: range / 32 };
  return { from, to, tolerance: range / 200, guess: null, slope: (8 * slopeAnOctave) / range, ...bounds };
}

function steps({ from, to }: CrossingSearch, { axis }: ForecastCondition): readonly number[] {
  const count = axis === "log" ? Math.ceil((to - from) / ONSET_STEP) : 16;
  const intervals = Math.min(MOST_ONSET_STEPS, Math.max(1, count));
  return Array.from({ length: intervals + 1 }, (_, i) => from + ((to - from) * i) / intervals);
}

function endOf(condition: ForecastCondition, probes: readonly Probe[]): ForecastEnd {
  if (probes.length === 0) return { name: "never" };
  const end = crossing(probes);
  return end.name === "at" ? { name: "at", strength: strengthOf(condition, end.x) } : end;
}

const positionOf = ({ axis }: ForecastCondition, strength: number) =>
  axis === "log" ? Math.log2(strength) : strength;
const strengthOf = ({ axis }: ForecastCondition, x: number) => (axis === "log" ? 2 ** x : x);
