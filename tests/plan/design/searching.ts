import { chooseRound } from "../../../src/plan/design/choose-round.js";
import type { DesignCondition, DesignSettings, RoundChoice } from "../../../src/plan/design/design.js";
import { SimulatedCondition } from "../../../src/simulate/simulated-condition.js";
import { type Truth, truthOf } from "../../../src/simulate/truth.js";
import { statedTruth } from "../../../src/simulate/truths.js";
import { seededRandom } from "../../../src/util/random.js";

export const TASKS = 20;
export const LEVELS = { target: 0.5, capability: 0.9 } as const;
export const SETTINGS: DesignSettings = {
  levels: LEVELS,
  confidence: 0.95,
  precision: 0.4,
  window_samples: 1600,
  samples_left: null,
  round_samples: 512,
  seed: 7,
};

export const OPEN_WINDOW = statedTruth({ onset: 0.5, collapse: 1.2, width: 0.6 }, TASKS, LEVELS);
export const NEVER_STEERED: Truth = truthOf({ ...OPEN_WINDOW, rise: () => 0 }, LEVELS);

export function simulated(truth: Truth, key = "a"): SimulatedCondition {
  return new SimulatedCondition(truth, { question: 64, task: 16 }, seededRandom(`test/${key}`));
}

export function conditionOf(
  source: SimulatedCondition,
  changes: Partial<DesignCondition> = {},
): DesignCondition {
  return {
    id: "a",
    model: "m",
    role: "method",
    draws: 1,
    tasks: TASKS,
    companions: 0,
    range: { from: 2 ** -5, to: 2 ** 5 },
    forecast: { onset: null, collapse: null },
    samplable: { question: true, task: true },
    ...changes,
    outcomes: source.outcomes(),
  };
}

/** Rounds of one condition until its stop; every round's choice. */
export function searched(
  source: SimulatedCondition,
  changes: Partial<DesignCondition> = {},
  settings: DesignSettings = SETTINGS,
): RoundChoice[] {
  const choices: RoundChoice[] = [];
  while (choices.length < 40) {
    const left = settings.samples_left === null ? null : settings.samples_left - source.samples;
    const choice = chooseRound([conditionOf(source, changes)], { ...settings, samples_left: left });
    choices.push(choice);
    if (choice.stop !== null) break;
    for (const { strength, question_samples, task_samples } of choice.requests) {
      source.sample(strength, question_samples, task_samples);
    }
  }
  return choices;
}
