import { chooseRound } from "../plan/design/choose-round.js";
import type { CurveOutcomes } from "../statistics/curve.js";
import type { WindowLevels } from "../statistics/fit/fitted-window.js";
import { type WindowPosterior, windowPosterior } from "../statistics/posterior/window-posterior.js";
import { type Random, seededRandom } from "../util/random.js";
import { SimulatedCondition } from "./simulated-condition.js";
import { RANGE, type Truth } from "./truth.js";
import { judged, type Simulated } from "./verdict.js";

/** How simulated windows are sampled, and when that stops. */
export interface SimulatedDesign {
  readonly kind: "adaptive" | "grid";
  readonly levels: WindowLevels;
  readonly confidence: number;
  /** Octaves. */
  readonly precision: number;
  readonly windowSamples: number;
  readonly tasks: number;
  /** Unsteered samples: answers, and of each task. They are shared by all methods and not counted. */
  readonly baseline: { readonly question: number; readonly task: number };
}

/** Draws of the posterior that is evaluated. */
const DRAWS = 1000;
const SEARCHED = { from: 2 ** RANGE.low, to: 2 ** RANGE.high } as const;
/** A uniform log grid: passes over every half octave, each shifted so that together they fill the gaps. */
const GRID_STEP = 0.5;
const GRID_SHIFTS = [0, 0.25, 0.125, 0.375];
const GRID_ANSWERS = 16;

/** One experiment from its start to its stop: sampled by the design, evaluated by the reported posterior. */
export function simulateWindow(truth: Truth, design: SimulatedDesign, key: string): Simulated {
  const random = seededRandom(key);
  const condition = new SimulatedCondition(truth, design.baseline, random);
  const sampled = design.kind === "grid" ? sweep(condition, design, key) : search(condition, design, random);
  const posterior = sampled.posterior ?? posteriorOf(condition.outcomes(), design, key);
  const { rounds, reached } = sampled;
  const cost = { samples: condition.samples, rounds, reached };
  return judged(truth, posterior.draws, posterior.windowProbability, design.confidence, cost);
}

interface Sampled {
  readonly rounds: number;
  readonly reached: boolean;
  readonly posterior: WindowPosterior | null;
}

function search(condition: SimulatedCondition, design: SimulatedDesign, random: Random): Sampled {
  const settings = {
    levels: design.levels,
    confidence: design.confidence,
    precision: design.precision,
    window_samples: design.windowSamples,
    samples_left: null,
    round_samples: design.windowSamples,
    seed: Math.floor(random() * 2 ** 31),
  };
  for (let rounds = 0; ; rounds += 1) {
    const { requests, stop } = chooseRound(
      [
        {
          id: "simulated",
          model: "simulated",
          role: "method",
          draws: 1,
          tasks: design.tasks,
          companions: 0,
          range: SEARCHED,
          forecast: { onset: null, collapse: null },
          outcomes: condition.outcomes(),
          samplable: { question: true, task: true },
        },
      ],
      settings,
    );
    if (stop !== null) return { rounds, reached: stop === "precision", posterior: null };
    for (const { strength, question_samples, task_samples } of requests) {
      condition.sample(strength, question_samples, task_samples);
    }
  }
}

/** The design to compare with: whole passes over a uniform grid until the same posterior's interval is as narrow. */
function sweep(condition: SimulatedCondition, design: SimulatedDesign, key: string): Sampled {
  for (let pass = 0; ; pass += 1) {
    const shift = GRID_SHIFTS[pass % GRID_SHIFTS.length] ?? 0;
    for (let x = RANGE.low + shift; x <= RANGE.high; x += GRID_STEP) {
      condition.sample(2 ** x, GRID_ANSWERS, 1);
    }
    const posterior = posteriorOf(condition.outcomes(), design, key);
    const reached = narrow(posterior, design);
    if (reached || condition.samples >= design.windowSamples) {
      return { rounds: pass + 1, reached, posterior };
    }
  }
}

function narrow({ intervals, draws }: WindowPosterior, { precision, confidence }: SimulatedDesign): boolean {
  const { low, high } = intervals.width;
  if (typeof low === "number" && typeof high === "number" && high - low <= precision) return true;
  const known = (end: Float64Array) =>
    end.filter((x) => x === Number.POSITIVE_INFINITY).length >= ((1 + confidence) / 2) * end.length;
  return known(draws.onset) || known(draws.collapse);
}

function posteriorOf(curve: CurveOutcomes, design: SimulatedDesign, key: string): WindowPosterior {
  const { levels, confidence } = design;
  const result = windowPosterior({ key, curve }, "these", {
    levels,
    losses: [],
    confidence,
    draws: DRAWS,
    seed: 0,
    range: SEARCHED,
  });
  if (result.kind === "not_estimated") throw new Error(`simulated experiment ${key}: ${result.reason}`);
  return result.posterior;
}
