import { chooseRound } from "../../plan/design/choose-round.js";
import type { DesignCondition, DesignSettings, RoundChoice } from "../../plan/design/design.js";
import type { Round } from "../../plan/round.js";
import type { DrawnWindows } from "./drawn-windows.js";
import { type Lane, laneStep, type Turn } from "./lanes.js";
import { type ConditionKey, conditionId } from "./observations.js";
import type { RoundRunner } from "./round-runner.js";

export interface WindowRounds {
  readonly runner: RoundRunner;
  readonly lane: Lane;
  /** The lane's. */
  readonly keys: readonly ConditionKey[];
  /** The current conditions of some keys. */
  readonly conditions: (keys: readonly ConditionKey[]) => readonly DesignCondition[];
  readonly windows: DrawnWindows;
  /** The current state. */
  readonly settings: () => DesignSettings;
  readonly onChoice: (choice: RoundChoice) => void;
}

/** Rounds over a lane's conditions until each is precise enough, or its samples or the run's are spent. */
export async function* sampleWindows(options: WindowRounds): AsyncGenerator<Turn, void> {
  const { runner, lane, keys, conditions, windows, settings, onChoice } = options;
  let asked = "";
  const choose = () => {
    const choice = chooseRound(conditions(keys), settings(), (condition) => windows.of(condition));
    onChoice(choice);
    // If nothing of a round could be scored, the same round would be requested forever.
    const now = JSON.stringify([choice.requests, choice.states.map(({ samples }) => samples)]);
    if (now === asked) return { vectors: [], cells: [] };
    asked = now;
    return roundCells(choice, keys);
  };
  const ofModel = (model: string) =>
    windows.prepare(conditions(keys.filter((key) => key.model === model)), settings());
  for (;;) {
    await windows.prepare(conditions(keys), settings());
    const work = runner.begin("windows", laneStep(lane, 0), choose, ofModel);
    if (work === null) return;
    yield { work };
  }
}

/** The cells of a choice. */
export function roundCells(
  { requests }: RoundChoice,
  keys: readonly ConditionKey[],
): Pick<Round, "vectors" | "cells"> {
  const byId = new Map(keys.map((key) => [conditionId(key), key]));
  const cells = requests.map(({ condition, draw, strength, question_samples, task_samples }) => {
    const key = byId.get(condition);
    if (key === undefined) throw new RangeError(`a request names the unknown condition ${condition}`);
    return { ...key, draw, strength, question_samples, task_samples };
  });
  return { vectors: [], cells };
}
